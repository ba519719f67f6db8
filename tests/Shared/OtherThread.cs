namespace FashionAE.Tests.Shared;

/// <summary>Runs something on another thread and waits for it, so that it happens at a known moment of what this thread does.</summary>
internal static class OtherThread
{
    /// <exception cref="TimeoutException">It is not over after a minute: it waits for what the calling thread holds.</exception>
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
