using System.CommandLine;
using FashionAE.Cli;
using FashionAE.Cli.Commands;

// Before libtorch is loaded.
OpenMPWaiting.SetDefault();

var root = new RootCommand("Autoencoders on Fashion-MNIST: the rotation study and the denoising study.")
{
    TrainCommand.Create(),
    EvaluateCommand.Create(),
    ReportCommand.Create(),
    SummaryCommand.Create(),
    ExportCommand.Create(),
    EncodeCommand.Create(),
    MergeCommand.Create(),
    OnnxCommand.Create(),
    DownloadCommand.Create(),
    DoctorCommand.Create(),
};
var parsed = root.Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine("error: " + UsageError.Of(parsed));
    return ExitCode.Usage;
}

try
{
    // Commands end a training cleanly themselves, however long that takes.
    var code = parsed.Invoke(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
    MpiJob.Complete();
    return code;
}
catch (OperationCanceledException)
{
    return ExitCode.Interrupted;
}
catch (Exception e)
{
    Console.Error.WriteLine($"error{MpiJob.Label}: {ErrorMessage.Of(e)}");
    return ExitCode.Failure;
}
