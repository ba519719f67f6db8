using System.Drawing;
using System.Globalization;

namespace FashionAE.Cli;

/// <summary>The command <c>fashionae detect</c>.</summary>
internal sealed class DetectCommand
{
    // Training memory grows with the square of the size: a size of 2000 needed 20 GB.
    private const int MostSide = 512;

    private readonly Command _command = new(
        "detect", "Learns from a folder of normal pictures, then finds and locates anomalies in the pictures of another folder.");
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
        const string Normal = "Train a detector on the normal pictures of this folder: PNG, JPEG, WebP, BMP and GIF files.";
        _normal = _command.Option<string?>("--normal", Normal, "DIR");
        _model = _command.Option<string?>("--model", "Use the model.zip of an earlier run instead of --normal.", "FILE");
        _images = _command.Option<string>("--images", "Judge the pictures of this folder.", "DIR");
        _images.Required = true;
        _out = _command.OutOption("Write verdicts.csv, index.html, overlays and model.zip to this folder.", "DIR");
        _recursive = _command.Option<bool>("--recursive", "Include the pictures of subfolders.");
        _allOverlays = _command.Option<bool>("--all-overlays", "Write an overlay for every picture, not only for anomalies.");

        var sizes = $"Resize pictures to this size in pixels, such as 64 or 96x64; each side 8 to {MostSide}. Default: 64x64, or the"
            + " largest width and height if all pictures are smaller.";
        var size = Setting<string>("--size", sizes, (settings, text) => settings with { Size = ParseSize(text) }, "WxH");
        size.Check(result => result.GetValue(size) is { } text && ParseSize(text) is null
            ? $"--size is '{text}'; it must be one number or two, each 8 to {MostSide}, such as 64 or 96x64."
            : null);
        const string Channels = "Read pictures as gray (1) or color (3). Default: 1 if all normal pictures are gray, otherwise 3.";
        Setting<int>("--channels", Channels, (settings, channels) => settings with { Channels = channels }, "1|3")
            .Check(result => result.Tokens is [{ Value: "1" or "3" }] ? null : "--channels must be 1 or 3.");
        const string Epochs = "Train for this many epochs, 1 or more. Default: as many as 1,500 steps need, at least 20.";
        Setting<int>("--epochs", Epochs, (settings, epochs) => settings with { Epochs = epochs }).MustBePositive();
        const string Latent = "Use latent vectors of this length, 1 or more. Default: 32.";
        Setting<int>("--latent-size", Latent, (settings, size) => settings with { LatentSize = size }).MustBePositive();
        const string Rate = "Set the threshold so that this share of normal pictures exceeds it; above 0, below 1. Default: 0.01.";
        var rate = Setting<double>("--false-alarms", Rate, (settings, share) => settings with { FalseAlarms = share }, "SHARE");
        rate.Check(result => result.GetValue(rate) is > 0 and < 1 ? null : "--false-alarms must be above 0 and below 1.");
        const string Seed = "Seed the initial weights and the order of pictures. Default: 1.";
        Setting<int>("--seed", Seed, (settings, seed) => settings with { Seed = seed });
        Setting<bool>("--invert", "Invert the brightness.", (settings, invert) => settings with { Invert = invert });
        const string Background = "Draw transparent pixels on this color, a name or #RRGGBB. Default: black.";
        Setting<Color?>("--background", Background, (settings, color) => settings with { Background = color!.Value.ToArgb() }, "COLOR")
            .CustomParser = EncodeCommand.ParseColor;
        const string AsStored = "Ignore the orientation that photographs store (EXIF).";
        Setting<bool>("--as-stored", AsStored, (settings, stored) => settings with { Upright = !stored });
        const string Most = "Skip and list pictures with more pixels than this; 1 to 500,000,000. Default: 100,000,000.";
        var most = Setting<int>("--maximum-pixels", Most, (settings, pixels) => settings with { MaximumPixels = pixels }, "N");
        most.Check(result => result.GetValue(most) is < 1 or > EncodeCommand.MostPixels
            ? $"--maximum-pixels must be 1 to {EncodeCommand.MostPixels}."
            : null);
        _common = new CommonOptions(_command, hasData: false);

        _command.Validators.Add(result =>
        {
            var trains = result.GetResult(_normal) is not null;
            if (trains == result.GetResult(_model) is not null)
                result.AddError("Use either --normal, to train a detector, or --model, to use an existing one.");
            else if (!trains && _settings.Find(setting => result.GetResult(setting.Option) is not null).Option is { } option)
                result.AddError($"{option.Name} is only for training: the detector of --model keeps its own setting.");
        });
        _command.SetAction(Run);
    }

    public static Command Create() => new DetectCommand()._command;

    /// <summary>Adds an option that changes a training setting if the user specifies it.</summary>
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
            Console.Error.WriteLine("Stopped. Run the same command again to continue.");
            return ExitCode.Interrupted;
        }
    }

    /// <summary>Parses a size such as "64" or "96x64".</summary>
    private static Size? ParseSize(string text)
    {
        var sides = text.Split('x').Select(
            side => int.TryParse(side, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0).ToArray();
        return sides.Length <= 2 && Array.TrueForAll(sides, side => side is >= 8 and <= MostSide) ? new Size(sides[0], sides[^1]) : null;
    }
}
