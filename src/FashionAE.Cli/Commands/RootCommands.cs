namespace FashionAE.Cli;

/// <summary>fashionae: all of its commands.</summary>
internal static class RootCommands
{
    public static RootCommand Create() => new("Autoencoders on Fashion-MNIST: the rotation study and the denoising study.")
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
