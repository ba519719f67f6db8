using System.CommandLine;
using static TorchSharp.torch;

namespace FashionAE.Cli.Commands;

/// <summary>The options that several commands share.</summary>
internal sealed class CommonOptions
{
    private readonly Option<string> _device = new("--device")
    {
        Description = "Where to compute: cpu, cuda, cuda:N, or auto (CUDA where there is one).",
        HelpName = "cpu|cuda|auto",
        DefaultValueFactory = _ => "auto",
    };

    private readonly Option<int?> _threads = new("--threads") { Description = "How many threads compute on the CPU; all cores unless given, or under mpirun a share of them." };

    private readonly Option<string?> _data = Data();

    // More threads than that take hours, or all memory, for what one does in minutes.
    public CommonOptions() => _threads.MustBePositive(most: Math.Min(1024, 4 * Environment.ProcessorCount));

    public static Option<string?> Data() => new("--data") { Description = "The folder with the four files of Fashion-MNIST.", HelpName = "DIR" };

    public void AddTo(Command command)
    {
        command.Add(_device);
        command.Add(_threads);
        command.Add(_data);
    }

    /// <summary>Sets the threads and finds the device.</summary>
    public Device Apply(ParseResult parsed)
    {
        if (parsed.GetValue(_threads) is { } threads)
            set_num_threads(threads);
        return MpiJob.Resolve(parsed.GetValue(_device)!);
    }

    /// <summary>The folder that holds the data set, which is fetched where it is in none of the usual places.</summary>
    public string FindData(ParseResult parsed) => MpiJob.FirstOnEveryMachine(() => DataSource.Find(parsed.GetValue(_data)));
}
