using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Convergence.Testing;

namespace Convergence.Cuda.Tests.Emulation;

/// <summary>
/// Builds the emulated CUDA libraries with g++ from <c>Emulator/</c> and the product's own kernels. Every file is compiled once per
/// content, into a folder beside the test's output, so that a second run, or another process at the same time, builds nothing.
/// </summary>
internal sealed class EmulatorBuild
{
    // The emulation stands for all three; the loader takes three names of one file for one library.
    private static readonly string[] LibraryNames = ["libcuda.so.1", "libnvrtc.so.12", "libcublas.so.12"];

    private const string Compiler = "g++";

    private readonly string _root;
    private readonly string _emulator = RepositoryRoot.Combine("tests", "Convergence.Cuda.Tests", "Emulator");
    private readonly string _kernels = RepositoryRoot.Combine("src", "Convergence.Cuda", "Kernels");
    private readonly string _version;
    private readonly string _headers;
    private readonly string[] _flags;

    private EmulatorBuild(string root, string version, bool isSanitized)
    {
        _root = root;
        _version = version;
        _flags =
        [
            "-std=c++17", "-O2", "-fPIC", "-fno-plt", "-fvisibility=hidden", "-ffp-contract=off",
            .. isSanitized ? ["-g1", "-fsanitize=address", "-fno-omit-frame-pointer", "-O1"] : Array.Empty<string>(),
        ];
        _headers = string.Join('\0', Files(_emulator, "*.h").Concat(Files(_kernels, "*.cuh")).Select(File.ReadAllText));
    }

    /// <summary>The folder with the libraries, building them where they are not there yet.</summary>
    /// <param name="folder">Where <c>libcuda.so.1</c> and the others lie.</param>
    /// <param name="reason">Why there are none.</param>
    /// <param name="isSanitized">Whether they are built with AddressSanitizer.</param>
    /// <exception cref="InvalidOperationException">There is a compiler, and it refuses.</exception>
    public static bool TryBuild(
        [NotNullWhen(true)] out string? folder, [NotNullWhen(false)] out string? reason, bool isSanitized = false)
    {
        folder = null;
        reason = ReasonToSkip(out var version);
        if (reason is not null)
        {
            return false;
        }

        var root = Path.Combine(RepositoryRoot.Combine("tests", "Convergence.Cuda.Tests", "bin"), "emulator");
        Directory.CreateDirectory(Path.Combine(root, "objects"));

        // Another process may be building: it is waited for, since what it builds is what is wanted.
        var name = "convergence-cuda-emulator-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(root)));
        using var turn = new Mutex(initiallyOwned: false, name);
        try
        {
            turn.WaitOne();
        }
        catch (AbandonedMutexException)
        {
            // Whoever built before died; files appear under their names only when they are whole.
        }

        try
        {
            folder = new EmulatorBuild(root, version, isSanitized).Link();
            return true;
        }
        finally
        {
            turn.ReleaseMutex();
        }
    }

    /// <summary>
    /// The library that a process must load first to run what is built with AddressSanitizer; <see langword="null"/> for none.
    /// </summary>
    public static string? SanitizerPath()
    {
        // Without such a library the compiler answers with the bare name.
        var (code, path) = Run("-print-file-name=libasan.so");
        return code == 0 && Path.IsPathRooted(path.Trim()) ? path.Trim() : null;
    }

    private static string? ReasonToSkip(out string version)
    {
        version = "";
        if (!OperatingSystem.IsLinux() || RuntimeInformation.ProcessArchitecture is not (Architecture.X64 or Architecture.Arm64))
        {
            return "the emulated GPU runs on Linux, on x86-64 and arm64 only";
        }

        try
        {
            (var code, version) = Run("--version");
            return code == 0 ? null : "needs g++, which does not run here: " + version;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "needs g++ to build the emulated GPU, and it is not on PATH (Debian: apt-get install g++)";
        }
    }

    private string Link()
    {
        var units = Files(_emulator, "*.cpp").Select(path => (Path: path, Text: File.ReadAllText(path)))
            .Append((Path: "kernel_files.cpp", Text: KernelFiles()))
            .Concat(Files(_kernels, "*.cu").Select(path => (Path: path, Text: KernelModule.UnitOf(path))))
            .Concat(Files(_emulator, "*.cu").Select(path => (Path: path, Text: File.ReadAllText(path))))
            .ToArray();

        // The longest first and one at a time: none is left over at the end while other processors idle.
        var objects = new string[units.Length];
        var longestFirst = Enumerable.Range(0, units.Length).OrderByDescending(i => units[i].Text.Length);
        Parallel.ForEach(
            Partitioner.Create(longestFirst, EnumerablePartitionerOptions.NoBuffering),
            i => objects[i] = Compile(units[i].Path, units[i].Text));

        var folder = Path.Combine(_root, "library-" + Hash(string.Join('\0', objects)));
        var library = Path.Combine(folder, LibraryNames[0]);
        if (!File.Exists(library))
        {
            Directory.CreateDirectory(folder);
            Require([.. _flags, "-shared", "-o", library + ".new", .. objects, "-lpthread"]);
            foreach (var name in LibraryNames.Skip(1))
            {
                File.Delete(Path.Combine(folder, name));
                File.CreateSymbolicLink(Path.Combine(folder, name), LibraryNames[0]);
            }

            File.Move(library + ".new", library);
        }

        return folder;
    }

    private string Compile(string path, string text)
    {
        var target = Path.Combine(_root, "objects", $"{Path.GetFileName(path)}-{Hash(text)}.o");
        if (!File.Exists(target))
        {
            var source = Path.ChangeExtension(target, ".cpp");
            File.WriteAllText(source, text);
            Require([.. _flags, "-I", _emulator, "-I", _kernels, .. KernelModule.FlagsOf(path), "-c", source, "-o", target + ".new"]);
            File.Move(target + ".new", target);
        }

        return target;
    }

    /// <summary>The table by which the emulated NVRTC knows a source: names and hashes of all kernel files.</summary>
    private string KernelFiles()
    {
        var text = new StringBuilder("#include \"image.h\"\nconst cuda_emulation::KernelFile cuda_emulation::KERNEL_FILES[] = {\n");
        foreach (var path in Files(_kernels, "*.cu").Concat(Files(_kernels, "*.cuh")).Concat(Files(_emulator, "*.cu")))
        {
            var hash = File.ReadAllBytes(path).Aggregate(14695981039346656037UL, (hash, value) => (hash ^ value) * 1099511628211UL);
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"    {{\"{Path.GetFileName(path)}\", {hash}ull}},\n");
        }

        return text.Append("    {nullptr, 0},\n};\n").ToString();
    }

    private string Hash(string text) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\0', [_version, _headers, .. _flags, text]))))[..16];

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.GetFiles(folder, pattern).Order(StringComparer.Ordinal);

    private static void Require(string[] arguments)
    {
        var (code, output) = Run(arguments);
        if (code != 0)
        {
            throw new InvalidOperationException($"{Compiler} {string.Join(' ', arguments)}\n{output}");
        }
    }

    private static (int Code, string Output) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Compiler, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.GetAwaiter().GetResult());
    }
}
