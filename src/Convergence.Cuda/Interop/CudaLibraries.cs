using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.InteropServices;

[assembly: DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]

namespace Convergence.Cuda.Interop;

/// <summary>
/// Finds and loads the driver, NVRTC and cuBLAS, each when it is first needed, once per process. An explicit folder, where there is
/// one, is looked into before every other place: the environment variable <see cref="FolderVariable"/>, or <see cref="Use"/>.
/// </summary>
internal static class CudaLibraries
{
    /// <summary>A folder with libraries that come before all others.</summary>
    public const string FolderVariable = "CONVERGENCE_CUDA_LIBRARIES";

    private static readonly ConcurrentDictionary<string, nint> Loaded = new(StringComparer.Ordinal);
    private static readonly Lock Loading = new();
    private static bool _isRegistered;
    private static string? _folder;

    /// <summary>Looks into <paramref name="folder"/> first from now on; libraries that are loaded stay.</summary>
    public static void Use(string folder) => _folder = folder;

    /// <summary>Loads the driver's library, without which nothing else is of use.</summary>
    /// <exception cref="CudaException">It is nowhere: with the places looked into, and the cure.</exception>
    public static void LoadDriver() =>
        Load(CudaDriver.Library, "NVIDIA's driver", newestMajor: null, "Install NVIDIA's driver, or use device: cpu.");

    /// <summary>Loads NVRTC and cuBLAS.</summary>
    /// <param name="newestMajor">The major CUDA version that the driver supports: newer libraries are passed over.</param>
    /// <exception cref="CudaException">One is nowhere: with the places looked into, and the cure.</exception>
    public static void LoadToolkit(int newestMajor)
    {
        Load(Nvrtc.Library, "the runtime compiler NVRTC", newestMajor, Cure("cuda-nvrtc", "nvidia-cuda-nvrtc"));
        Load(Cublas.Library, "cuBLAS", newestMajor, Cure("libcublas", "nvidia-cublas"));

        string Cure(string package, string wheel) =>
            $"Install CUDA {newestMajor}'s {package} " +
            $"(NVIDIA's packages, or pip install {wheel}-cu{newestMajor} in the active environment), " +
            $"name its folder in CUDA_HOME or {FolderVariable}, or use device: cpu.";
    }

    /// <summary>Loads NVRTC alone, of any version: it compiles where there is no GPU.</summary>
    /// <exception cref="CudaException">It is nowhere: with the places looked into.</exception>
    public static void LoadCompiler() =>
        Load(Nvrtc.Library, "the runtime compiler NVRTC", newestMajor: null, $"Name its folder in CUDA_HOME or {FolderVariable}.");

    private static void Load(string library, string what, int? newestMajor, string cure)
    {
        lock (Loading)
        {
            if (!_isRegistered)
            {
                NativeLibrary.SetDllImportResolver(typeof(CudaLibraries).Assembly, Resolve);
                _isRegistered = true;
            }

            if (!Loaded.ContainsKey(library))
            {
                var search = LibrarySearch.OfThisSystem(_folder ?? Environment.GetEnvironmentVariable(FolderVariable));
                Loaded[library] = Open(search.CandidatesOf(library, newestMajor), out var problem)
                    ?? throw new CudaException($"{Capital(what)} was not found: {search.Describe(library, newestMajor)}.{problem} {cure}");
            }
        }
    }

    // A library that is there and cannot be loaded is worth a word; others are only passed over.
    private static nint? Open(IEnumerable<string> candidates, out string problem)
    {
        problem = "";
        foreach (var candidate in candidates)
        {
            if (NativeLibrary.TryLoad(candidate, out var handle))
            {
                return handle;
            }

            if (Path.IsPathRooted(candidate))
            {
                problem = $" {candidate} is there and cannot be loaded.";
            }
        }

        return null;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => Loaded.GetValueOrDefault(name);

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];
}
