using System.Runtime.InteropServices;

namespace Convergence.Tensors.Memory;

/// <summary>
/// Tells the system what mapped memory is needed soon. Advice only: nothing changes but the time. Linux; elsewhere nothing happens.
/// </summary>
internal static unsafe partial class PageAdvice
{
    private const int WillNeed = 3;
    private const nuint PageByteCount = 4096;

    // Advice looks at every page even when all of them are in memory, which takes as long as a third of merging them.
    // So one of so many is asked first.
    private const nuint StretchByteCount = 2 << 20;

    /// <summary>
    /// Starts reading the pages of a mapped file that hold these bytes and are not in memory, and does not wait for them.
    /// </summary>
    public static void ReadAhead(byte* start, long byteCount)
    {
        if (!OperatingSystem.IsLinux() || byteCount <= 0)
        {
            return;
        }

        var end = (nuint)start + (nuint)byteCount;
        for (var place = (nuint)start / PageByteCount * PageByteCount; place < end; place += StretchByteCount)
        {
            if (!IsInMemory(place))
            {
                _ = Advise((void*)place, nuint.Min(StretchByteCount, end - place), WillNeed);
            }
        }
    }

    // Of a file that this user could not change the system always says yes; its own read-ahead then has to do.
    private static bool IsInMemory(nuint page)
    {
        byte isResident = 0;
        return InCore((void*)page, PageByteCount, &isResident) == 0 && (isResident & 1) != 0;
    }

    [LibraryImport("libc", EntryPoint = "mincore")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int InCore(void* start, nuint byteCount, byte* isResident);

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(void* start, nuint byteCount, int advice);
}
