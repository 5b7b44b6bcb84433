using System.Globalization;

namespace Convergence.Cuda.Interop;

/// <summary>
/// Where CUDA's libraries may lie, in the order in which they are tried: an explicit folder, the loader's own path, the toolkit
/// (CUDA_HOME, CUDA_PATH, /usr/local/cuda*), and the <c>nvidia/*/lib</c> folders of the active Python environment (on Windows
/// <c>bin</c>).
/// </summary>
internal sealed class LibrarySearch
{
    /// <summary>The newest major CUDA version whose names are known.</summary>
    public const int NewestMajor = 13;

    private static readonly int[] Majors = [NewestMajor, 12, 11];

    private readonly bool _isWindows;
    private readonly string? _explicitFolder;
    private readonly List<string> _folders = [];

    /// <param name="isWindows">Whose names and layouts.</param>
    /// <param name="explicitFolder">Looked into first, or <see langword="null"/>.</param>
    /// <param name="variable">Environment variables by name.</param>
    /// <param name="systemFolders">Folders in which toolkits lie, or libraries in a folder <c>lib</c>: <c>/usr/local</c>.</param>
    public LibrarySearch(bool isWindows, string? explicitFolder, Func<string, string?> variable, params IReadOnlyList<string> systemFolders)
    {
        _isWindows = isWindows;
        _explicitFolder = string.IsNullOrWhiteSpace(explicitFolder) ? null : explicitFolder;
        var toolkits = new[] { variable("CUDA_HOME"), variable("CUDA_PATH") }
            .OfType<string>()
            .Concat(systemFolders.SelectMany(folder => Folders(folder, "cuda*").OrderDescending(StringComparer.Ordinal)))
            .Concat(systemFolders);
        var environments = new[] { variable("VIRTUAL_ENV"), variable("CONDA_PREFIX") }.OfType<string>();
        _folders.AddRange(
            toolkits.SelectMany(ToolkitFolders).Concat(environments.SelectMany(EnvironmentFolders)).Where(Directory.Exists).Distinct());
    }

    /// <summary>The search of this process's system and environment.</summary>
    public static LibrarySearch OfThisSystem(string? explicitFolder) =>
        OperatingSystem.IsWindows()
            ? new LibrarySearch(isWindows: true, explicitFolder, Environment.GetEnvironmentVariable)
            : new LibrarySearch(isWindows: false, explicitFolder, Environment.GetEnvironmentVariable, "/usr/local", "/usr/lib/wsl");

    /// <summary>Paths of files that exist, and bare names for the loader, in the order in which they are to be tried.</summary>
    /// <param name="library">One of the names that the imports use.</param>
    /// <param name="newestMajor">The newest major CUDA version wanted; <see langword="null"/> for any.</param>
    public IEnumerable<string> CandidatesOf(string library, int? newestMajor)
    {
        var names = NamesOf(library, newestMajor);
        var places = _explicitFolder is null ? [] : names.Select(name => Path.Combine(_explicitFolder, name));
        return places.Where(File.Exists)
            .Concat(names)
            .Concat(_folders.SelectMany(folder => names.Select(name => Path.Combine(folder, name)).Where(File.Exists)));
    }

    /// <summary>For an error: which names were looked for, and where.</summary>
    public string Describe(string library, int? newestMajor)
    {
        var places = _folders.Prepend("the system's library path");
        return $"looked for {string.Join(", ", NamesOf(library, newestMajor))} in "
            + string.Join(", ", _explicitFolder is null ? places : places.Prepend(_explicitFolder));
    }

    private string[] NamesOf(string library, int? newestMajor)
    {
        var majors = Majors.Where(major => major <= (newestMajor ?? int.MaxValue)).ToArray();
        return library switch
        {
            CudaDriver.Library => _isWindows ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"],
            Nvrtc.Library when _isWindows => [.. majors.Select(major => $"nvrtc64_{(major == 11 ? "112" : $"{major}0")}_0.dll")],
            Nvrtc.Library => [.. majors.Select(major => $"libnvrtc.so.{(major == 11 ? "11.2" : Text(major))}"), "libnvrtc.so"],
            Cublas.Library when _isWindows => [.. majors.Select(major => $"cublas64_{Text(major)}.dll")],
            Cublas.Library => [.. majors.Select(major => $"libcublas.so.{Text(major)}"), "libcublas.so"],
            _ => throw new ArgumentOutOfRangeException(nameof(library), library, "No library of CUDA's."),
        };
    }

    private static string Text(int major) => major.ToString(CultureInfo.InvariantCulture);

    private IEnumerable<string> ToolkitFolders(string toolkit) => _isWindows
        ? [Path.Combine(toolkit, "bin", "x64"), Path.Combine(toolkit, "bin"), Path.Combine(toolkit, "lib", "x64")]
        : [Path.Combine(toolkit, "lib64"), Path.Combine(toolkit, "lib"), Path.Combine(toolkit, "targets", "x86_64-linux", "lib")];

    private IEnumerable<string> EnvironmentFolders(string environment)
    {
        var sitePackages = _isWindows
            ? [Path.Combine(environment, "Lib", "site-packages")]
            : Folders(Path.Combine(environment, "lib"), "python3*").Select(python => Path.Combine(python, "site-packages"));
        return sitePackages
            .SelectMany(folder => Folders(Path.Combine(folder, "nvidia"), "*").Order(StringComparer.Ordinal))
            .SelectMany(PackageFolders);
    }

    // On Windows wheels of CUDA 13 have a folder for each kind of processor.
    private IEnumerable<string> PackageFolders(string package) => _isWindows
        ? [Path.Combine(package, "bin", "x86_64"), Path.Combine(package, "bin")]
        : [Path.Combine(package, "lib")];

    private static IEnumerable<string> Folders(string parent, string pattern) =>
        Directory.Exists(parent) ? Directory.EnumerateDirectories(parent, pattern) : [];
}
