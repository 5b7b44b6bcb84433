using System.Collections.Concurrent;
using System.Globalization;
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

    /// <summary>Whether there is a driver's library, sound or not.</summary>
    public static bool HasDriver
    {
        get
        {
            try
            {
                LoadDriver();
                return true;
            }
            catch (CudaException exception)
            {
                return !exception.IsMissingLibrary;
            }
        }
    }

    /// <summary>Loads the driver's library, without which nothing else is of use.</summary>
    /// <exception cref="CudaException">It is nowhere: with the places looked into, and the cure.</exception>
    public static void LoadDriver() =>
        Load(CudaDriver.Library, "NVIDIA's driver", newestMajor: null, "Install NVIDIA's driver, or use device: cpu.");

    /// <summary>Loads NVRTC.</summary>
    /// <param name="newestMajor">
    /// The major CUDA version that the driver supports: newer libraries are passed over. <see langword="null"/> for any: it compiles where
    /// there is no GPU.
    /// </param>
    /// <param name="architectures">
    /// Of the GPUs that it is to compile for (90 is sm_90): newer versions leave old GPUs out, so that the newest may be the wrong one.
    /// </param>
    /// <exception cref="CudaException">It is nowhere: with the places looked into, and the cure.</exception>
    public static void LoadCompiler(int? newestMajor, params IReadOnlyCollection<int> architectures) =>
        Load(
            Nvrtc.Library,
            "The runtime compiler NVRTC",
            newestMajor,
            Cure("cuda-nvrtc", "nvidia-cuda-nvrtc", newestMajor),
            architectures);

    /// <summary>Loads cuBLAS, as the other NVRTC.</summary>
    /// <exception cref="CudaException">It is nowhere: with the places looked into, and the cure.</exception>
    public static void LoadCublas(int newestMajor) =>
        Load(Cublas.Library, "cuBLAS", newestMajor, Cure("libcublas", "nvidia-cublas", newestMajor));

    // From CUDA 13 on the wheels have no version in their names.
    private static string Cure(string package, string wheel, int? newestMajor)
    {
        var major = Math.Min(newestMajor ?? LibrarySearch.NewestMajor, LibrarySearch.NewestMajor);
        var name = string.Create(CultureInfo.InvariantCulture, $"{wheel}{(major < 13 ? $"-cu{major}" : "")}");
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Install CUDA {major}'s {package} (NVIDIA's packages, or pip install {name} in the active environment); "
            + $"where it is installed, name its folder in {FolderVariable}, or the toolkit's in CUDA_HOME; or use device: cpu.");
    }

    private static void Load(
        string library, string what, int? newestMajor, string cure, params IReadOnlyCollection<int> architectures)
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
                var folder = _folder ?? Environment.GetEnvironmentVariable(FolderVariable);
                RefuseNoFolder(folder);
                var search = LibrarySearch.OfThisSystem(folder);
                var candidates = search.CandidatesOf(library, newestMajor);
                Loaded[library] = LibraryLoader.Open(library, candidates, newestMajor, architectures, out var problems)
                    ?? throw new CudaException(
                        $"{what} was not found: {search.Describe(library, newestMajor)}."
                        + string.Concat(problems.Select(problem => " " + problem)) + " " + cure)
                    {
                        IsMissingLibrary = problems.Count == 0,
                    };
            }
        }
    }

    private static void RefuseNoFolder(string? folder)
    {
        if (!string.IsNullOrWhiteSpace(folder) && !Directory.Exists(folder))
        {
            throw new CudaException(
                $"{FolderVariable} names {folder}, which {(File.Exists(folder) ? "is a file" : "does not exist")}. "
                + "Name a folder with CUDA's libraries, or take the variable away.");
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => Loaded.GetValueOrDefault(name);
}
