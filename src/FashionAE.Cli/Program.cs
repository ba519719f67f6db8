using FashionAE.Cli;

// Both must run before libtorch is loaded.
OpenMPWaiting.SetDefault();
Libtorch.Find();

var parsed = RootCommands.Create().Parse(args);
if (parsed.Errors.Count > 0)
{
    Console.Error.WriteLine("error: " + UsageError.Of(parsed));
    return ExitCode.Usage;
}

try
{
    // Commands handle Ctrl-C themselves and need time to end a training cleanly.
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
