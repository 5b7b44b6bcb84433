using System.Globalization;
using System.Runtime.InteropServices;

namespace Convergence.Cuda.Interop;

/// <summary>
/// Loads the first of several libraries that is what its name says and new enough: one that lacks a function would otherwise fail only when
/// that is called.
/// </summary>
internal static unsafe class LibraryLoader
{
    private const int LeastMajor = 11;

    // cublasGetProperty's libraryPropertyType: MAJOR_VERSION.
    private const int MajorVersion = 0;

    /// <summary>The library's handle, or <see langword="null"/>.</summary>
    /// <param name="library">One of the names that the imports use.</param>
    /// <param name="candidates">Paths, and bare names for the system's loader, in the order in which they are tried.</param>
    /// <param name="newestMajor">The newest major CUDA version wanted; <see langword="null"/> for any.</param>
    /// <param name="problems">A sentence for each that is there and is not taken; those that are nowhere are only passed over.</param>
    public static nint? Open(string library, IEnumerable<string> candidates, int? newestMajor, out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        foreach (var candidate in candidates)
        {
            if (Load(candidate, out var reason) is { } handle)
            {
                if (ProblemOf(library, handle, newestMajor) is not { } problem)
                {
                    return handle;
                }

                NativeLibrary.Free(handle);
                found.Add($"{candidate} {problem}");
            }
            else if (reason is not null)
            {
                found.Add($"{candidate} is there and cannot be loaded ({reason}).");
            }
        }

        return null;
    }

    // The reason is null for a library that is not there: a path is there or it would be no candidate, a bare name may be nowhere.
    private static nint? Load(string candidate, out string? reason)
    {
        reason = null;
        try
        {
            return NativeLibrary.Load(candidate);
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            // .NET explains how to look for the reason; the loader's own words come last.
            const StringSplitOptions Bare = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
            var words = exception.Message.Split('\n', Bare)[^1].TrimEnd('.');
            var isNowhere = OperatingSystem.IsWindows() || words.StartsWith($"{candidate}: cannot open", StringComparison.Ordinal);
            reason = Path.IsPathRooted(candidate) || !isNowhere ? words : null;
            return null;
        }
    }

    private static string? ProblemOf(string library, nint handle, int? newestMajor)
    {
        var major = MajorOf(library, handle);
        if (major < LeastMajor)
        {
            return string.Create(CultureInfo.InvariantCulture, $"is of CUDA {major}; at least {LeastMajor} is needed.");
        }

        if (major > newestMajor)
        {
            return string.Create(CultureInfo.InvariantCulture, $"is of CUDA {major}, and the driver supports {newestMajor} only.");
        }

        return NeededBy(library).FirstOrDefault(name => !NativeLibrary.TryGetExport(handle, name, out _)) is { } missing
            ? $"has no function {missing}: it is older than CUDA 11.2, or another library."
            : null;
    }

    // Of the functions that are called, those that came last.
    private static string[] NeededBy(string library) => library switch
    {
        CudaDriver.Library => ["cuDevicePrimaryCtxRelease_v2"],
        Nvrtc.Library => ["nvrtcGetSupportedArchs", "nvrtcGetCUBIN"],
        _ => ["cublasGetProperty", "cublasGemmStridedBatchedEx"],
    };

    // Null where the library does not say: the driver's version is asked for with its own error.
    private static int? MajorOf(string library, nint handle)
    {
        int major, minor;
        if (library == Nvrtc.Library && NativeLibrary.TryGetExport(handle, "nvrtcVersion", out var version))
        {
            return ((delegate* unmanaged<int*, int*, int>)version)(&major, &minor) == 0 ? major : null;
        }

        return library == Cublas.Library && NativeLibrary.TryGetExport(handle, "cublasGetProperty", out var property)
            && ((delegate* unmanaged<int, int*, int>)property)(MajorVersion, &major) == 0 ? major : null;
    }
}
