namespace Convergence.Foundation.Files;

/// <summary>Asks a disk for room before long work, whose result would not fit.</summary>
public static class FreeSpace
{
    /// <summary>
    /// Refuses a directory on whose disk there is no room for so many bytes. Asked by taking the room and giving it back, so that quotas
    /// count; it may be gone when it is needed.
    /// </summary>
    /// <param name="directory">An existing directory.</param>
    /// <param name="name">A name for the file that is there for a moment; it must be nobody else's.</param>
    /// <param name="byteCount">What will be written, in bytes.</param>
    /// <exception cref="ConvergenceException">The disk is full, or the directory cannot be written.</exception>
    public static void Require(string directory, string name, long byteCount)
    {
        var probe = Path.Combine(directory, name);
        try
        {
            PreallocatedFile.Create(probe, byteCount).Dispose();
        }
        finally
        {
            File.Delete(probe);
        }
    }
}
