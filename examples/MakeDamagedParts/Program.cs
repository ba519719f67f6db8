// Creates pictures of metal plates for `fashionae detect`: good plates for training, and good and scratched plates with masks for testing.
using System.Globalization;
using MakeDamagedParts;
using Microsoft.ML.Data;

const int GoodParts = 300;
const int TestParts = 200;
var folder = args.ElementAtOrDefault(0) ?? "parts";
var random = new Random(int.Parse(args.ElementAtOrDefault(1) ?? "1", CultureInfo.InvariantCulture));
foreach (var name in new[] { "good", "test", "masks" })
    Directory.CreateDirectory(Path.Combine(folder, name));

for (var i = 0; i < GoodParts; i++)
    Save($"good/{i:D3}.png", new Part(random).Draw());

// Half of the plates are scratched, in random order, so that names do not reveal the label.
var isScratched = Enumerable.Range(0, TestParts).Select(i => i % 2 == 0).ToArray();
random.Shuffle(isScratched);
var labels = new List<string> { "File,Label,Contrast" };
for (var i = 0; i < TestParts; i++)
{
    var part = new Part(random);
    var scratches = isScratched[i] ? part.Scratch(random.Next(1, 3)) : [];
    Save($"test/{i:D3}.png", part.Draw());
    Save($"masks/{i:D3}.png", [.. part.Mask.Select(marked => marked ? (1f, 1f, 1f) : (0f, 0f, 0f))]);
    var label = isScratched[i] ? 1 : 0;
    labels.Add(string.Create(CultureInfo.InvariantCulture, $"{i:D3}.png,{label},{scratches.DefaultIfEmpty().Max():F3}"));
}
File.WriteAllLines(Path.Combine(folder, "labels.csv"), labels);
Console.WriteLine($"{folder} has {GoodParts} good parts and {TestParts} test parts, {isScratched.Count(yes => yes)} of them scratched");

void Save(string name, (float Red, float Green, float Blue)[] pixels)
{
    var bytes = pixels.SelectMany(pixel => new[] { Level(pixel.Red), Level(pixel.Green), Level(pixel.Blue), byte.MaxValue }).ToArray();
    using var image = MLImage.CreateFromPixels(Part.Side, Part.Side, MLPixelFormat.Rgba32, bytes);
    image.Save(Path.Combine(folder, name));
}

static byte Level(float value) => (byte)Math.Clamp(Math.Round(255 * value), 0, 255);

// parts has 300 good parts and 200 test parts, 100 of them scratched
