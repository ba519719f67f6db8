namespace FashionAE.MLNet.DataViews;

/// <summary>What computes with torch in a cursor or row takes turns: torch keeps a pool of threads for every thread, and they would fight for the cores.</summary>
internal static class OnePassAtATime
{
    public static Lock Gate { get; } = new();
}
