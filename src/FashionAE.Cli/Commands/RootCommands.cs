namespace FashionAE.Cli;

/// <summary>Creates the root command, which holds all commands.</summary>
internal static class RootCommands
{
    public static RootCommand Create() => new(
        "Trains and applies autoencoders: finds anomalies, encodes images, and runs two studies on Fashion-MNIST.")
    {
        TrainCommand.Create(),
        EvaluateCommand.Create(),
        ReportCommand.Create(),
        SummaryCommand.Create(),
        ExportCommand.Create(),
        EncodeCommand.Create(),
        MergeCommand.Create(),
        DetectCommand.Create(),
        OnnxCommand.Create(),
        DownloadCommand.Create(),
        DoctorCommand.Create(),
    };
}
