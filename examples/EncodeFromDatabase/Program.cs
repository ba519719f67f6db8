// Encodes pictures from a database: 10,000 PNG files in a SQLite table, or as many as the argument specifies. Compares the latent vectors
// and the speed with the same files in a folder.
using System.Diagnostics;
using EncodeFromDatabase;
using FashionAE.MLNet;
using FashionAE.Torch;
using Microsoft.Data.Sqlite;
using Microsoft.ML;
using Microsoft.ML.Data;

var count = args is [var number] ? int.Parse(number) : 10_000;
var ml = new MLContext(seed: 1);
var train = ml.Data.TakeRows(ml.Data.LoadFromFashionMnist(FashionMnistSplit.Train), 2000);
using var encoder = ml.Transforms.EncodeWithAutoencoder("Code", "Pixels", epochs: 1).Fit(train);

// Store every picture as a file and as a database row.
var folder = Directory.CreateDirectory("pictures").FullName;
using var database = new SqliteConnection("Data Source=pictures.db");
database.Open();
Execute("DROP TABLE IF EXISTS Pictures; CREATE TABLE Pictures (Id INTEGER PRIMARY KEY, Png BLOB)");
using (var transaction = database.BeginTransaction())
{
    var test = ml.Data.LoadFromFashionMnist(FashionMnistSplit.Test);
    var drawn = ml.Transforms.DrawImages("Image", "Pixels", FashionMnist.Shape).Fit(test).Transform(test);
    for (var id = 0; id < count;)
        foreach (var image in drawn.GetColumn<MLImage>("Image").Take(count - id))
            using (image)
            {
                image.Save(PathOf(id));
                Execute("INSERT INTO Pictures VALUES ($id, $png)", ("$id", id), ("$png", File.ReadAllBytes(PathOf(id))));
                id++;
            }
    transaction.Commit();
}

// The encoder reads the rows one after another, as it needs them.
var rows = ml.Data.LoadFromEnumerable(Pictures());
var files = ml.Data.LoadFromEnumerable(Enumerable.Range(0, count).Select(id => new PictureFile { ImagePath = PathOf(id) }));
var ofRows = ml.Transforms.DecodePixels("Pixels", FashionMnist.Shape, "Png").Fit(rows).Append(encoder);
var ofFiles = ml.Transforms.LoadPixels("Pixels", folder, FashionMnist.Shape, "ImagePath").Fit(files).Append(encoder);
var (codesOfFiles, codesOfRows, ofFilesTook, ofRowsTook) = (Array.Empty<float[]>(), Array.Empty<float[]>(), 0.0, 0.0);
for (var turn = 0; turn < 6; turn++)
{
    if (turn == 1) // The first turn warms up.
        (ofFilesTook, ofRowsTook) = (0, 0);
    var watch = Stopwatch.StartNew();
    codesOfFiles = [.. ofFiles.Transform(files).GetColumn<float[]>("Code")];
    ofFilesTook += watch.Elapsed.TotalSeconds / 5;
    watch.Restart();
    codesOfRows = [.. ofRows.Transform(rows).GetColumn<float[]>("Code")];
    ofRowsTook += watch.Elapsed.TotalSeconds / 5;
}
var equal = codesOfFiles.Zip(codesOfRows).Count(pair => pair.First.SequenceEqual(pair.Second));
Console.WriteLine($"{equal} of {count} codes from the database are bitwise equal to those from the files");
Console.WriteLine(
    $"{count / ofFilesTook:N0} pictures/s from files, {count / ofRowsTook:N0} from the database: ratio {ofFilesTook / ofRowsTook:F2}");

// Stream the results one after another. Memory does not grow with the number of results.
var (streamed, half, stream) = (0, 0L, Stopwatch.StartNew());
await foreach (var encoded in ml.Model.TransformAsync<Picture, Encoded>(ofRows, Pictures().ToAsyncEnumerable()))
    if (++streamed == count / 2)
        half = GC.GetTotalMemory(forceFullCollection: true);
Console.WriteLine(
    $"{streamed / stream.Elapsed.TotalSeconds:N0} pictures/s with TransformAsync; memory growth in the second half: "
    + $"{(GC.GetTotalMemory(forceFullCollection: true) - half) / 1e6:F1} MB");
return equal == count && streamed == count ? 0 : 1;

IEnumerable<Picture> Pictures()
{
    using var command = database.CreateCommand();
    command.CommandText = "SELECT Png FROM Pictures ORDER BY Id";
    using var reader = command.ExecuteReader();
    while (reader.Read())
        yield return new Picture { Png = reader.GetFieldValue<byte[]>(0) };
}

string PathOf(int id) => Path.Combine(folder, $"{id:D5}.png");

void Execute(string sql, params (string Name, object Value)[] parameters)
{
    using var command = database.CreateCommand();
    command.CommandText = sql;
    foreach (var (name, value) in parameters)
        command.Parameters.AddWithValue(name, value);
    command.ExecuteNonQuery();
}

// On the sample of the data set, 2 busy cores:
// 10000 of 10000 codes from the database are bitwise equal to those from the files
// 4,240 pictures/s from files, 4,173 from the database: ratio 0.98
// 3,260 pictures/s with TransformAsync; memory growth in the second half: 0.4 MB
