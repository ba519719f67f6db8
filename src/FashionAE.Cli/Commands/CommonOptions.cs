using System.CommandLine.Parsing;
using static TorchSharp.torch;

namespace FashionAE.Cli;

/// <summary>The options of commands that compute, on the data set unless they have no use for it.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string> _device;
    private readonly Option<int?> _threads;
    private readonly Option<string?>? _data;

    public CommonOptions(Command command, bool hasData = true)
    {
        const string Devices = "Where to compute: cpu, cuda, cuda:N, or auto (CUDA where there is one).";
        const string Threads = "How many threads compute on the CPU; all cores unless given, or under mpirun a share of them.";
        _device = command.Option<string>("--device", Devices, "cpu|cuda|auto").Default("auto");
        // More threads than that take hours, or all memory, for what one does in minutes.
        _threads = command.Option<int?>("--threads", Threads).MustBePositive(most: Math.Min(1024, 4 * Environment.ProcessorCount));
        _data = hasData ? command.DataOption() : null;
    }

    /// <summary>Sets the threads and finds the device.</summary>
    public Device Apply(ParseResult parsed)
    {
        if (parsed.GetValue(_threads) is { } threads)
            set_num_threads(threads);
        return MpiJob.Resolve(parsed.GetValue(_device)!);
    }

    /// <summary>The folder that holds the data set, which is fetched where it is in none of the usual places.</summary>
    public string FindData(ParseResult parsed) => MpiJob.FirstOnEveryMachine(() => DataSource.Find(parsed.GetValue(_data!)));
}

/// <summary>Adds options to commands, and says what they accept.</summary>
internal static class OptionExtensions
{
    public static Option<T> Option<T>(this Command command, string name, string description, string? helpName = null)
    {
        var option = new Option<T>(name) { Description = description, HelpName = helpName };
        command.Add(option);
        return option;
    }

    /// <summary>Adds the argument of one run or several.</summary>
    public static Argument<string[]> RunsArgument(this Command command, string description)
    {
        var runs = new Argument<string[]>("RUN") { Description = description, Arity = ArgumentArity.OneOrMore };
        command.Add(runs);
        return runs;
    }

    /// <summary>Adds the option of a file that the command must be told to write.</summary>
    public static Option<string> OutOption(this Command command, string description, string helpName)
    {
        var option = command.Option<string>("--out", description, helpName).MustNotBeEmpty();
        option.Required = true;
        return option;
    }

    public static Option<string?> DataOption(this Command command) =>
        command.Option<string?>("--data", "The folder with the four files of Fashion-MNIST.", "DIR");

    public static Option<T> Default<T>(this Option<T> option, T value)
    {
        option.DefaultValueFactory = _ => value;
        return option;
    }

    /// <summary>Refuses what a function has a complaint about.</summary>
    public static Option<T> Check<T>(this Option<T> option, Func<OptionResult, string?> complaint)
    {
        option.Validators.Add(result =>
        {
            if (complaint(result) is { } error)
                result.AddError(error);
        });
        return option;
    }

    /// <summary>Refuses numbers below 1, and above the most where one is given.</summary>
    public static Option<T> MustBePositive<T>(this Option<T> option, int? most = null)
    {
        var range = most is null ? "1 or more" : $"1 to {most} on this machine";
        bool IsIn(string text) => !int.TryParse(text, out var number) || (number >= 1 && !(number > most));
        return option.Check(result => result.Tokens.All(token => IsIn(token.Value)) ? null : $"{option.Name} must be {range}.");
    }

    /// <summary>Refuses an empty text, which a script gives whose variable is not set.</summary>
    public static Option<T> MustNotBeEmpty<T>(this Option<T> option) =>
        option.Check(result => result.Tokens is [{ Value: "" }] ? $"{option.Name} must not be empty." : null);

    /// <summary>The file that a command writes.</summary>
    public static string GetFile(this ParseResult parsed, Option<string> option, string example)
    {
        var path = parsed.GetValue(option)!;
        return Directory.Exists(path) || Path.EndsInDirectorySeparator(path)
            ? throw new IOException($"{path} is a folder: name a file by {option.Name}, such as {Path.Combine(path, example)}.")
            : path;
    }
}
