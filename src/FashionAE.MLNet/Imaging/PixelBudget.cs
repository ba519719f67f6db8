namespace FashionAE.MLNet;

/// <summary>Limits the number of pixels that all steps of the process decode at the same time. A caller above the limit waits.</summary>
internal static class PixelBudget
{
    // 256 MiB at 4 bytes per pixel, or one larger picture.
    private const long MostPixels = 1 << 26;

    private static readonly object Lock = new();
    private static long _taken;

    public static Share Take(long wanted)
    {
        lock (Lock)
        {
            while (_taken > 0 && _taken + wanted > MostPixels)
                Monitor.Wait(Lock);
            _taken += wanted;
        }
        return new Share(wanted);
    }

    public readonly struct Share(long taken) : IDisposable
    {
        public void Dispose()
        {
            lock (Lock)
            {
                _taken -= taken;
                Monitor.PulseAll(Lock);
            }
        }
    }
}
