using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Convergence.Cuda.Interop;

/// <summary>
/// Finds out what an NVRTC can do before it is taken. It has its declarations in a second library, which it opens by its bare name:
/// where NVRTC was loaded by a path, the system's loader may not find that.
/// </summary>
internal static unsafe class CompilerTrial
{
    /// <summary>Why it cannot compile, as the end of a sentence; <see langword="null"/> when it can.</summary>
    /// <param name="candidate">The path, or the bare name, that NVRTC was loaded by.</param>
    /// <param name="handle">The library, with all functions that are called.</param>
    public static string? ProblemOf(string candidate, nint handle)
    {
        // A library that is loaded is found by its name from then on, wherever it lies.
        var name = BuiltinsOf(handle);
        var beside = Path.Combine(Path.GetDirectoryName(candidate) ?? "", name);
        return NativeLibrary.TryLoad(beside, out _) || NativeLibrary.TryLoad(name, out _) || ComplaintOf(handle) is not { } complaint
            ? null
            : $"cannot compile ({complaint}): {name} belongs beside it.";
    }

    /// <summary>For how many of some GPUs it compiles.</summary>
    /// <param name="handle">The library, with all functions that are called.</param>
    /// <param name="architectures">Their compute capabilities: 90 is sm_90.</param>
    public static int CountServed(nint handle, IReadOnlyCollection<int> architectures)
    {
        int count;
        if (architectures.Count == 0 || ((delegate* unmanaged<int*, int>)Export(handle, "nvrtcGetNumSupportedArchs"))(&count) != 0)
        {
            return 0;
        }

        var known = new int[count];
        fixed (int* pointer = known)
        {
            return ((delegate* unmanaged<int*, int>)Export(handle, "nvrtcGetSupportedArchs"))(pointer) == 0
                ? architectures.Count(architecture => known.Any(candidate => candidate <= architecture))
                : 0;
        }
    }

    private static string BuiltinsOf(nint handle)
    {
        int major, minor;
        _ = ((delegate* unmanaged<int*, int*, int>)Export(handle, "nvrtcVersion"))(&major, &minor);
        return OperatingSystem.IsWindows()
            ? string.Create(CultureInfo.InvariantCulture, $"nvrtc-builtins64_{major}{minor}.dll")
            : string.Create(CultureInfo.InvariantCulture, $"libnvrtc-builtins.so.{major}.{minor}");
    }

    // The first line of what it says of an empty source; null where that compiles.
    private static string? ComplaintOf(nint handle)
    {
        nint program;
        var empty = stackalloc byte[1];
        if (((delegate* unmanaged<nint*, byte*, byte*, int, byte**, byte**, int>)Export(handle, "nvrtcCreateProgram"))(
            &program, empty, null, 0, null, null) != 0)
        {
            return "it makes no program";
        }

        try
        {
            return ((delegate* unmanaged<nint, int, byte**, int>)Export(handle, "nvrtcCompileProgram"))(program, 0, null) == 0
                ? null
                : LogOf(handle, program);
        }
        finally
        {
            _ = ((delegate* unmanaged<nint*, int>)Export(handle, "nvrtcDestroyProgram"))(&program);
        }
    }

    private static string LogOf(nint handle, nint program)
    {
        nuint size;
        if (((delegate* unmanaged<nint, nuint*, int>)Export(handle, "nvrtcGetProgramLogSize"))(program, &size) != 0)
        {
            return "it does not say why";
        }

        var log = new byte[checked((int)size) + 1];
        fixed (byte* pointer = log)
        {
            _ = ((delegate* unmanaged<nint, byte*, int>)Export(handle, "nvrtcGetProgramLog"))(program, pointer);
        }

        return Encoding.UTF8.GetString(log).TrimEnd('\0').Split('\n')[0].TrimEnd('.');
    }

    private static nint Export(nint handle, string name) => NativeLibrary.GetExport(handle, name);
}
