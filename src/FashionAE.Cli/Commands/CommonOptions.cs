using System.CommandLine.Parsing;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>The options that all computing commands share: the device, the threads, and the data set if the command needs it.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string> _device;
    private readonly Option<int?> _threads;
    private readonly Option<string?>? _data;

    public CommonOptions(Command command, bool hasData = true)
    {
        const string Devices = "Compute on this device: cpu, cuda, cuda:N, or auto (CUDA if available, otherwise the CPU).";
        // With more threads, a command that one thread finishes in minutes needs hours or all memory.
        var most = Math.Min(1024, 4 * Environment.ProcessorCount);
        var threads = $"Use this many CPU threads, 1 to {most}. Default: OMP_NUM_THREADS, else one per core; under mpirun, an equal share.";
        _device = command.Option<string>("--device", Devices, "cpu|cuda|auto").Default("auto");
        _threads = command.Option<int?>("--threads", threads).MustBePositive(most);
        _data = hasData ? command.DataOption() : null;
    }

    /// <summary>Sets the number of threads and resolves the device.</summary>
    public Device Apply(ParseResult parsed)
    {
        if (parsed.GetValue(_threads) is { } threads)
            set_num_threads(threads);
        return MpiJob.Resolve(parsed.GetValue(_device)!);
    }

    /// <summary>Finds or downloads the data set, as <see cref="DataSource.Find"/> does. Returns its folder.</summary>
    public string FindData(ParseResult parsed) => MpiJob.FirstOnEveryMachine(() => DataSource.Find(parsed.GetValue(_data!)));
}

/// <summary>Adds options to commands and validates their values.</summary>
internal static class OptionExtensions
{
    public static Option<T> Option<T>(this Command command, string name, string description, string? helpName = null)
    {
        var option = new Option<T>(name) { Description = description, HelpName = helpName };
        command.Add(option);
        return option;
    }

    /// <summary>Adds the argument for one or more run folders.</summary>
    public static Argument<string[]> RunsArgument(this Command command, string description)
    {
        var runs = new Argument<string[]>("RUN") { Description = description, Arity = ArgumentArity.OneOrMore };
        command.Add(runs);
        return runs;
    }

    /// <summary>Adds the required option for the output path.</summary>
    public static Option<string> OutOption(this Command command, string description, string helpName)
    {
        var option = command.Option<string>("--out", description, helpName).MustNotBeEmpty();
        option.Required = true;
        return option;
    }

    public static Option<string?> DataOption(this Command command) =>
        command.Option<string?>(
            "--data", $"Read the four files of Fashion-MNIST from this folder. Default: ${FashionMnist.DirectoryVariable} if set, otherwise"
            + " the folders of the Debian package and of downloads.", "DIR");

    public static Option<T> Default<T>(this Option<T> option, T value)
    {
        option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary>Rejects the value if a function returns an error message for it.</summary>
    public static Option<T> Check<T>(this Option<T> option, Func<OptionResult, string?> validate)
    {
        option.Validators.Add(result =>
        {
            if (validate(result) is { } error)
                result.AddError(error);
        });
        return option;
    }

    /// <summary>Rejects numbers below 1, and numbers above the maximum if there is one.</summary>
    public static Option<T> MustBePositive<T>(this Option<T> option, int? most = null)
    {
        var range = most is null ? "1 or more" : $"1 to {most} on this machine";
        bool IsIn(string text) => !int.TryParse(text, out var number) || (number >= 1 && !(number > most));
        return option.Check(result => result.Tokens.All(token => IsIn(token.Value)) ? null : $"{option.Name} must be {range}.");
    }

    /// <summary>Rejects an empty value. A script passes an empty value if its variable is not set.</summary>
    public static Option<T> MustNotBeEmpty<T>(this Option<T> option) =>
        option.Check(result => result.Tokens is [{ Value: "" }] ? $"{option.Name} must not be empty." : null);

    /// <summary>Gets the output file, and rejects a folder.</summary>
    public static string GetFile(this ParseResult parsed, Option<string> option, string example)
    {
        var path = parsed.GetValue(option)!;
        return Directory.Exists(path) || Path.EndsInDirectorySeparator(path)
            ? throw new IOException($"{path} is a folder: set {option.Name} to a file, such as {Path.Combine(path, example)}.")
            : path;
    }
}
