using System.Globalization;
using System.Runtime.InteropServices;

namespace Convergence.Cuda.Interop;

/// <summary>
/// Loads the first of several libraries that is what its name says, new enough and able to work: one that lacks a function would otherwise
/// fail only when that is called.
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
    /// <param name="architectures">
    /// Of the GPUs that NVRTC is to compile for: the first that does for all of them is taken, else the first that does for most.
    /// </param>
    /// <param name="problems">A sentence for each that is there and is not taken; those that are nowhere are only passed over.</param>
    public static nint? Open(
        string library,
        IEnumerable<string> candidates,
        int? newestMajor,
        IReadOnlyCollection<int> architectures,
        out IReadOnlyList<string> problems)
    {
        var found = new List<string>();
        problems = found;
        (nint Handle, int ServedCount)? best = null;
        foreach (var handle in candidates.Select(candidate => OpenOne(library, candidate, newestMajor, found)).OfType<nint>())
        {
            var count = library == Nvrtc.Library ? CompilerTrial.CountServed(handle, architectures) : architectures.Count;
            var isBetter = best is null || count > best.Value.ServedCount;
            if ((isBetter ? best?.Handle : handle) is { } other)
            {
                NativeLibrary.Free(other);
            }

            best = isBetter ? (handle, count) : best;
            if (count == architectures.Count)
            {
                break;
            }
        }

        return best?.Handle;
    }

    private static nint? OpenOne(string library, string candidate, int? newestMajor, List<string> problems)
    {
        if (Load(candidate, out var reason) is not { } handle)
        {
            if (reason is not null)
            {
                problems.Add($"{candidate} is there and cannot be loaded ({reason}).");
            }

            return null;
        }

        if (ProblemOf(library, candidate, handle, newestMajor) is { } problem)
        {
            NativeLibrary.Free(handle);
            problems.Add($"{candidate} {problem}");
            return null;
        }

        return handle;
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

    private static string? ProblemOf(string library, string candidate, nint handle, int? newestMajor)
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
            : library == Nvrtc.Library ? CompilerTrial.ProblemOf(candidate, handle) : null;
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
