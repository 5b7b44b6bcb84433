using Convergence.Cuda.Interop;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Interop;

public sealed class LibrarySearchTests
{
    [Test]
    public void CandidatesOf_ExplicitFolder_ComesFirst()
    {
        using var folder = new TemporaryDirectory();
        var library = Touch(folder.Path, "chosen", "libnvrtc.so.12");
        var search = new LibrarySearch(isWindows: false, Path.GetDirectoryName(library), _ => null);

        Assert.That(search.CandidatesOf(Nvrtc.Library, newestMajor: 13).First(), Is.EqualTo(library));
    }

    [Test]
    public void CandidatesOf_NewerThanTheDriver_IsPassedOver()
    {
        using var folder = new TemporaryDirectory();
        Touch(folder.Path, "lib64", "libcublas.so.13");
        var fitting = Touch(folder.Path, "lib64", "libcublas.so.12");
        var search = new LibrarySearch(isWindows: false, explicitFolder: null, name => name == "CUDA_HOME" ? folder.Path : null);

        Assert.That(
            search.CandidatesOf(Cublas.Library, newestMajor: 12),
            Is.EqualTo(new[] { "libcublas.so.12", "libcublas.so.11", "libcublas.so", fitting }));
    }

    [Test]
    public void CandidatesOf_PythonEnvironment_FindsWhatItsWheelsBrought()
    {
        using var folder = new TemporaryDirectory();
        var wheel = Touch(folder.Path, "lib/python3.12/site-packages/nvidia/cuda_nvrtc/lib", "libnvrtc.so.12");
        var search = new LibrarySearch(isWindows: false, explicitFolder: null, name => name == "VIRTUAL_ENV" ? folder.Path : null);

        Assert.That(search.CandidatesOf(Nvrtc.Library, newestMajor: 12), Does.Contain(wheel));
    }

    [TestCase("nvidia/cu13/bin/x86_64", "nvrtc64_130_0.dll")]
    [TestCase("nvidia/cuda_nvrtc/bin", "nvrtc64_120_0.dll")]
    public void CandidatesOf_PythonEnvironmentOfWindows_FindsWhatItsWheelsBrought(string packageFolder, string name)
    {
        using var folder = new TemporaryDirectory();
        var wheel = Touch(folder.Path, $"Lib/site-packages/{packageFolder}", name);
        var search = new LibrarySearch(isWindows: true, explicitFolder: null, variable => variable == "VIRTUAL_ENV" ? folder.Path : null);

        Assert.That(search.CandidatesOf(Nvrtc.Library, newestMajor: 13), Does.Contain(wheel));
    }

    [Test]
    public void CandidatesOf_SystemFolder_TakesTheNewestToolkitFirst()
    {
        using var folder = new TemporaryDirectory();
        var older = Touch(folder.Path, "cuda-12.1/lib64", "libnvrtc.so.12");
        var newer = Touch(folder.Path, "cuda-12.8/lib64", "libnvrtc.so.12");
        var search = new LibrarySearch(isWindows: false, explicitFolder: null, _ => null, folder.Path);

        Assert.That(search.CandidatesOf(Nvrtc.Library, newestMajor: 12).Where(Path.IsPathRooted), Is.EqualTo(new[] { newer, older }));
    }

    [TestCase(CudaDriver.Library, "nvcuda.dll")]
    [TestCase(Nvrtc.Library, "nvrtc64_120_0.dll")]
    [TestCase(Nvrtc.Library, "nvrtc64_112_0.dll")]
    [TestCase(Cublas.Library, "cublas64_12.dll")]
    public void CandidatesOf_Windows_HasItsNames(string library, string name) =>
        Assert.That(
            new LibrarySearch(isWindows: true, explicitFolder: null, _ => null).CandidatesOf(library, newestMajor: 12), Does.Contain(name));

    [Test]
    public void Describe_NamesWhatWasLookedForAndWhere()
    {
        using var folder = new TemporaryDirectory();
        Touch(folder.Path, "lib64", "nothing");
        var search = new LibrarySearch(isWindows: false, "/chosen", name => name == "CUDA_HOME" ? folder.Path : null);

        Assert.That(
            search.Describe(Cublas.Library, newestMajor: 12),
            Is.EqualTo("looked for libcublas.so.12, libcublas.so.11, libcublas.so in /chosen, the system's library path, "
                + Path.Combine(folder.Path, "lib64")));
    }

    private static string Touch(string root, string folder, string name)
    {
        var path = Path.Combine(root, folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, []);
        return path;
    }
}
