namespace FashionAE.Cli;

/// <summary>fashionae report RUN...</summary>
internal static class ReportCommand
{
    public static Command Create()
    {
        var command = new Command("report", "Writes a page with every figure of the studies.");
        var folders = command.RunsArgument("Folders that 'fashionae train' wrote: of the rotation study one on upright images and one on"
            + " rotated ones, and one of the denoising study.");
        command.SetAction(parsed =>
        {
            Console.Error.WriteLine($"{parsed.GetValue(folders)!.Length} runs cannot be shown yet.");
            return ExitCode.Failure;
        });
        return command;
    }
}
