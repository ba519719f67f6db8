namespace FashionAE.Robustness.Targets;

/// <summary>A reader with a deliberate fault, to check that the tests detect it.</summary>
internal sealed class FaultyTarget(string folder, string fault) : Target(folder)
{
    private bool _isAltered;

    public override void Prepare()
    {
    }

    public override void Alter(Random random) => _isAltered = true;

    public override string Read() => !_isAltered ? "a result" : fault switch
    {
        "refusal" => throw new InvalidDataException("This is no such file."),
        "exception" => throw new KeyNotFoundException("There is no such key."),
        "result" => "another result",
        "death" => Die(),
        "hang" => Hang(),
        "memory" => Allocate(1.1),
        _ => "a result",
    };

    private static string Die()
    {
        Environment.FailFast("A reader has ended its process.");
        return "";
    }

    private static string Hang()
    {
        Thread.Sleep(Timeout.Infinite);
        return "";
    }

    /// <summary>Allocates memory and writes to it, because unwritten memory does not count.</summary>
    private static string Allocate(double gigabytes)
    {
        Array.Fill(new byte[(int)(gigabytes * (1 << 30))], (byte)1);
        return "a result";
    }
}
