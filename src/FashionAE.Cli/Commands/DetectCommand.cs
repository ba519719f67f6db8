using System.Drawing;
using System.Globalization;

namespace FashionAE.Cli;

/// <summary>fashionae detect</summary>
internal sealed class DetectCommand
{
    // The memory of a training grows with the square of the size: 2000 took 20 GB.
    private const int MostSide = 512;

    private readonly Command _command = new(
        "detect", "Learns from a folder of normal pictures, and finds those of another folder that are unlike them, and where.");
    private readonly List<(Option Option, Func<ParseResult, DetectSettings, DetectSettings> Change)> _settings = [];
    private readonly Option<string?> _normal;
    private readonly Option<string?> _model;
    private readonly Option<string> _images;
    private readonly Option<string> _out;
    private readonly Option<bool> _recursive;
    private readonly Option<bool> _allOverlays;
    private readonly CommonOptions _common;

    private DetectCommand()
    {
        const string Normal = "The folder with normal pictures to learn from: PNG, JPEG, WebP, BMP and GIF files.";
        _normal = _command.Option<string?>("--normal", Normal, "DIR");
        _model = _command.Option<string?>("--model", "A model.zip of an earlier run, instead of --normal.", "FILE");
        _images = _command.Option<string>("--images", "The folder with pictures to judge.", "DIR");
        _images.Required = true;
        _out = _command.OutOption("The folder to write: verdicts.csv, index.html, overlays and model.zip.", "DIR");
        _recursive = _command.Option<bool>("--recursive", "Take the pictures of subfolders too.");
        _allOverlays = _command.Option<bool>("--all-overlays", "Draw heat over normal pictures too.");

        var sizes = $"The size that pictures are brought to, 8 to {MostSide}, such as 64 or 96x64; 64x64, or their own where all are"
            + " smaller.";
        var size = Setting<string>("--size", sizes, (settings, text) => settings with { Size = ParseSize(text) }, "WxH");
        size.Check(result => result.GetValue(size) is { } text && ParseSize(text) is null
            ? $"--size is '{text}'; it must be one number or two, 8 to {MostSide}, such as 64 or 96x64."
            : null);
        const string Channels = "1 for gray or 3 for color; color, or gray where all pictures are gray.";
        Setting<int>("--channels", Channels, (settings, channels) => settings with { Channels = channels }, "1|3")
            .Check(result => result.Tokens is [{ Value: "1" or "3" }] ? null : "--channels must be 1 or 3.");
        const string Epochs = "How often training goes through the normal pictures; 1,500 steps, and 20 times at least, unless given.";
        Setting<int>("--epochs", Epochs, (settings, epochs) => settings with { Epochs = epochs }).MustBePositive();
        const string Latent = "The length of latent vectors; 32 unless given.";
        Setting<int>("--latent-size", Latent, (settings, size) => settings with { LatentSize = size }).MustBePositive();
        const string Rate = "The share of normal pictures that may be called anomalies; 0.01 unless given.";
        var rate = Setting<double>("--false-alarms", Rate, (settings, share) => settings with { FalseAlarms = share }, "SHARE");
        rate.Check(result => result.GetValue(rate) is > 0 and < 1 ? null : "--false-alarms must be above 0 and below 1.");
        Setting<int>("--seed", "The seed of weights and order; 1 unless given.", (settings, seed) => settings with { Seed = seed });
        Setting<bool>("--invert", "Turn light into dark.", (settings, invert) => settings with { Invert = invert });
        const string Background = "The color behind transparent pixels, a name or #RRGGBB; black unless given.";
        Setting<Color?>("--background", Background, (settings, color) => settings with { Background = color!.Value.ToArgb() }, "COLOR")
            .CustomParser = EncodeCommand.ParseColor;
        const string AsStored = "Do not turn photographs upright as their files say (EXIF).";
        Setting<bool>("--as-stored", AsStored, (settings, stored) => settings with { Upright = !stored });
        const string Most = "The most pixels that a picture may have, up to 500,000,000; larger ones are listed and not decoded.";
        var most = Setting<int>("--maximum-pixels", Most, (settings, pixels) => settings with { MaximumPixels = pixels }, "N");
        most.Check(result => result.GetValue(most) is < 1 or > EncodeCommand.MostPixels
            ? $"--maximum-pixels must be 1 to {EncodeCommand.MostPixels}."
            : null);
        _common = new CommonOptions(_command, hasData: false);

        _command.Validators.Add(result =>
        {
            var trains = result.GetResult(_normal) is not null;
            if (trains == result.GetResult(_model) is not null)
                result.AddError("Give either --normal, to train a detector, or --model, to use an earlier one.");
            else if (!trains && _settings.Find(setting => result.GetResult(setting.Option) is not null).Option is { } option)
                result.AddError($"{option.Name} is for training: the detector of --model has its own.");
        });
        _command.SetAction(Run);
    }

    public static Command Create() => new DetectCommand()._command;

    /// <summary>Adds an option that changes how a detector is trained where it is given.</summary>
    private Option<T> Setting<T>(string name, string description, Func<DetectSettings, T, DetectSettings> change, string? helpName = null)
    {
        var option = _command.Option<T>(name, description, helpName);
        _settings.Add((option, (parsed, settings) =>
            parsed.GetResult(option) is null ? settings : change(settings, parsed.GetValue(option)!)));
        return option;
    }

    private int Run(ParseResult parsed)
    {
        using var run = new DetectRun(parsed.GetValue(_out)!, parsed.GetValue(_images)!, parsed.GetValue(_recursive))
        {
            AllOverlays = parsed.GetValue(_allOverlays),
        };
        using var interruption = new Interruption();
        var device = _common.Apply(parsed);
        try
        {
            var model = parsed.GetValue(_model);
            if (parsed.GetValue(_normal) is { } normal)
            {
                var settings = _settings.Aggregate(new DetectSettings(), (settings, setting) => setting.Change(parsed, settings));
                model = run.Train(normal, settings, device, interruption.Token);
            }
            return EncodeCommand.Report(run.Judge(model!, interruption.Token));
        }
        catch (Exception) when (interruption.Token.IsCancellationRequested)
        {
            Console.Error.WriteLine("Stopped. The same command goes on from here.");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>Reads "64" or "96x64".</summary>
    private static Size? ParseSize(string text)
    {
        var sides = text.Split('x').Select(
            side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return sides.Length <= 2 && Array.TrueForAll(sides, side => side is >= 8 and <= MostSide) ? new Size(sides[0], sides[^1]) : null;
    }
}
