using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Convergence.Tensors.Files;

/// <summary>
/// Writing past the page cache: large output goes to the disk while the processors compute, costs them nothing,
/// and pushes nobody's pages out. Linux only; elsewhere, and on file systems that cannot, files are written the usual way.
/// </summary>
internal static partial class DirectWrites
{
    /// <summary>Places, lengths and addresses of direct writes are multiples of this.</summary>
    public const int Alignment = 4096;

    private const int GetFlags = 3;
    private const int SetFlags = 4;

    /// <summary>Switches direct writing on or off.</summary>
    /// <returns>Whether it could be switched.</returns>
    public static bool Switch(SafeFileHandle file, bool on)
    {
        if (!OperatingSystem.IsLinux())
        {
            return false;
        }

        var flags = FileControl(file, GetFlags, 0);
        return flags >= 0 && FileControl(file, SetFlags, on ? flags | DirectFlag : flags & ~DirectFlag) == 0;
    }

    // O_DIRECT is one of the few flags whose value depends on the processor.
    private static int DirectFlag => RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm ? 0x10000 : 0x4000;

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FileControl(SafeFileHandle file, int command, int argument);
}
