using System.Runtime.InteropServices;

namespace Convergence.Tensors.Memory;

/// <summary>Tells the system what mapped memory is needed soon. Advice only: nothing changes but the time. Linux; elsewhere nothing happens.</summary>
internal static unsafe partial class PageAdvice
{
    private const int WillNeed = 3;
    private const nuint PageByteCount = 4096;

    /// <summary>Starts reading the pages of a mapped file that hold these bytes, and does not wait for them.</summary>
    public static void ReadAhead(byte* start, long byteCount)
    {
        if (!OperatingSystem.IsLinux() || byteCount <= 0)
        {
            return;
        }

        var first = (nuint)start / PageByteCount * PageByteCount;
        _ = Advise((void*)first, (nuint)start - first + (nuint)byteCount, WillNeed);
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint byteCount, int advice);
}
