using Microsoft.Win32.SafeHandles;

namespace Convergence.Foundation.Files;

/// <summary>Files whose space is taken before anything is written, so that a full disk shows before the work begins.</summary>
public static class PreallocatedFile
{
    /// <summary>Creates or replaces a file and takes the disk space for it.</summary>
    /// <param name="path">The file; its directory must exist.</param>
    /// <param name="byteCount">The space to take, in bytes.</param>
    /// <exception cref="ConvergenceException">The disk is full, or the file cannot be written.</exception>
    public static SafeFileHandle Create(string path, long byteCount)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Create, FileAccess.Write, FileShare.Read, FileOptions.None, preallocationSize: byteCount);
        }
        catch (Exception exception) when (WriteFailure.IsRefusalOfSpace(exception))
        {
            throw WriteFailure.DescribeFullDisk(path, byteCount, exception);
        }
        catch (Exception exception) when (WriteFailure.IsRefusal(exception))
        {
            throw WriteFailure.Describe(path, byteCount, exception);
        }
    }
}
