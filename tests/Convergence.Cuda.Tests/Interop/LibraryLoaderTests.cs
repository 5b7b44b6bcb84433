using System.ComponentModel;
using System.Diagnostics;
using Convergence.Cuda.Interop;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Interop;

/// <summary>Libraries that are not what their names say, made with g++.</summary>
public sealed class LibraryLoaderTests
{
    private TemporaryDirectory _folder = null!;

    [SetUp]
    public void Open() => _folder = new TemporaryDirectory();

    [TearDown]
    public void Close() => _folder.Dispose();

    [Test]
    public void Open_TextInPlaceOfALibrary_SaysWhyItCannotBeLoaded()
    {
        var path = _folder.Combine("libcuda.so.1");
        File.WriteAllText(path, new string('x', 4096));

        Assert.That(ProblemsOf(CudaDriver.Library, path), Has.Count.EqualTo(1));
        Assert.That(ProblemsOf(CudaDriver.Library, path)[0], Does.StartWith($"{path} is there and cannot be loaded (").And.EndsWith(")."));
    }

    [Test]
    public void Open_NameThatIsNowhere_HasNoProblem() =>
        Assert.That(ProblemsOf(CudaDriver.Library, "libconvergence-nothing.so.1"), Is.Empty);

    [TestCase(CudaDriver.Library, "cuDevicePrimaryCtxRelease_v2")]
    [TestCase(Nvrtc.Library, "nvrtcGetSupportedArchs")]
    [TestCase(Cublas.Library, "cublasGetProperty")]
    public void Open_LibraryWithoutTheFunctions_NamesOne(string library, string function)
    {
        var path = Build("int somethingElse(void) { return 0; }");
        var problem = $"{path} has no function {function}: it is older than CUDA 11.2, or another library.";
        Assert.That(ProblemsOf(library, path), Is.EqualTo(new[] { problem }));
    }

    [TestCase(10, "is of CUDA 10; at least 11 is needed.")]
    [TestCase(13, "is of CUDA 13, and the driver supports 12 only.")]
    public void Open_OtherVersion_IsPassedOver(int major, string problem)
    {
        var compiler = Build($"int nvrtcVersion(int* major, int* minor) {{ *major = {major}; *minor = 2; return 0; }}");
        var products = Build($"int cublasGetProperty(int property, int* value) {{ *value = {major}; return 0; }}");
        Assert.That(ProblemsOf(Nvrtc.Library, compiler), Is.EqualTo(new[] { $"{compiler} {problem}" }));
        Assert.That(ProblemsOf(Cublas.Library, products), Is.EqualTo(new[] { $"{products} {problem}" }));
    }

    [Test]
    public void Open_BehindOneThatWillNotDo_TakesTheNext()
    {
        var wrong = Build("int somethingElse(void) { return 0; }");
        var right = Build("int cuDevicePrimaryCtxRelease_v2(int device) { return 0; }");

        Assert.That(LibraryLoader.Open(CudaDriver.Library, [wrong, right], newestMajor: null, out var problems), Is.Not.Null);
        Assert.That(problems, Has.Count.EqualTo(1));
    }

    private static IReadOnlyList<string> ProblemsOf(string library, string candidate)
    {
        Assert.That(LibraryLoader.Open(library, [candidate], newestMajor: 12, out var problems), Is.Null);
        return problems;
    }

    private string Build(string function)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("makes libraries as Linux has them");
        }

        var source = _folder.Combine(Path.GetRandomFileName() + ".cpp");
        var library = Path.ChangeExtension(source, ".so");
        File.WriteAllText(source, $"extern \"C\" {{ {function} }}");
        try
        {
            using var compiler = Process.Start("g++", ["-shared", "-fPIC", source, "-o", library]);
            compiler.WaitForExit();
            Assert.That(compiler.ExitCode, Is.Zero);
        }
        catch (Win32Exception)
        {
            Assert.Ignore("needs g++ to make libraries");
        }

        return library;
    }
}
