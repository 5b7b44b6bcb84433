using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
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

        Assert.That(LibraryLoader.Open(CudaDriver.Library, [wrong, right], newestMajor: null, [], out var problems), Is.Not.Null);
        Assert.That(problems, Has.Count.EqualTo(1));
    }

    // As NVIDIA's does, it opens its second library by the bare name, where the system's loader looks.
    [TestCase(true)]
    [TestCase(false)]
    public void Open_CompilerInAFolderThatTheLoaderDoesNotKnow_NeedsItsSecondLibraryBesideIt(bool isBeside)
    {
        var minor = isBeside ? 71 : 72;
        var name = $"libnvrtc-builtins.so.12.{minor}";
        var compiler = Build(CompilerOf(minor, leastArchitecture: 75, $"return dlopen(\"{name}\", RTLD_NOW) ? 0 : 7;"));
        if (isBeside)
        {
            Build("int builtins(void) { return 0; }", name, $"-Wl,-soname,{name}");
        }

        var handle = LibraryLoader.Open(Nvrtc.Library, [compiler], newestMajor: 12, [], out var problems);
        Assert.That(handle is not null, Is.EqualTo(isBeside));
        Assert.That(
            problems,
            Is.EqualTo(isBeside ? [] : new[] { $"{compiler} cannot compile (no builtins): {name} belongs beside it." }));
    }

    [TestCase(new[] { 70 }, 1)]
    [TestCase(new[] { 75 }, 0)]
    [TestCase(new[] { 90, 70 }, 1)]
    [TestCase(new[] { 30, 80 }, 0)]
    [TestCase(new int[0], 0)]
    public void Open_SeveralCompilers_TakesTheFirstThatServesMostGpus(int[] architectures, int expected)
    {
        string[] compilers =
        [
            Build(CompilerOf(minor: 81, leastArchitecture: 75, "return 0;")),
            Build(CompilerOf(minor: 82, leastArchitecture: 50, "return 0;")),
        ];
        var handle = LibraryLoader.Open(Nvrtc.Library, compilers, newestMajor: 12, architectures, out var problems)!.Value;

        Assert.That(problems, Is.Empty);
        Assert.That(handle, Is.EqualTo(NativeLibrary.Load(compilers[expected])));
    }

    private static string CompilerOf(int minor, int leastArchitecture, string compile) => $$"""
        #include <cstddef>
        #include <cstring>
        #include <dlfcn.h>
        extern "C" {
        int nvrtcVersion(int* major, int* minor) { *major = 12; *minor = {{minor}}; return 0; }
        int nvrtcGetNumSupportedArchs(int* count) { *count = 2; return 0; }
        int nvrtcGetSupportedArchs(int* known) { known[0] = {{leastArchitecture}}; known[1] = 90; return 0; }
        int nvrtcGetCUBIN(void*, char*) { return 1; }
        int nvrtcCreateProgram(void** program, const char*, const char*, int, void*, void*) { *program = nullptr; return 0; }
        int nvrtcDestroyProgram(void**) { return 0; }
        int nvrtcCompileProgram(void*, int, void*) { {{compile}} }
        int nvrtcGetProgramLogSize(void*, std::size_t* size) { *size = 14; return 0; }
        int nvrtcGetProgramLog(void*, char* log) { std::memcpy(log, "no builtins.\n", 14); return 0; }
        }
        """;

    private static IReadOnlyList<string> ProblemsOf(string library, string candidate)
    {
        Assert.That(LibraryLoader.Open(library, [candidate], newestMajor: 12, [], out var problems), Is.Null);
        return problems;
    }

    private string Build(string text, string? name = null, params string[] options)
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Ignore("makes libraries as Linux has them");
        }

        var source = _folder.Combine(Path.GetRandomFileName() + ".cpp");
        var library = name is null ? Path.ChangeExtension(source, ".so") : _folder.Combine(name);
        File.WriteAllText(source, text.Contains("extern", StringComparison.Ordinal) ? text : $"extern \"C\" {{ {text} }}");
        try
        {
            using var compiler = Process.Start("g++", ["-shared", "-fPIC", .. options, source, "-o", library, "-ldl"]);
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
