namespace FashionAE.Tests.Shared;

/// <summary>Runs code on another thread and waits for it, so that it runs at a known moment of the calling thread.</summary>
internal static class OtherThread
{
    /// <exception cref="TimeoutException">
    /// The code did not end within a minute, because it waits for something that the calling thread holds.
    /// </exception>
    public static void Run(Action action)
    {
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                action();
            }
            catch (Exception e)
            {
                failure = e;
            }
        })
        { IsBackground = true };
        thread.Start();
        if (!thread.Join(TimeSpan.FromMinutes(1)))
            throw new TimeoutException("The other thread waits.");
        if (failure is not null)
            throw new InvalidOperationException("The other thread failed.", failure);
    }
}
