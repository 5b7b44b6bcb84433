using System.Security.Cryptography;
using Convergence.Cli.Tests.Support;
using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;
using Convergence.Cuda.Tests.Emulation;
using Convergence.Testing;
using Convergence.Testing.Isa;

namespace Convergence.Cuda.Tests.Commands;

/// <summary>
/// A machine with a driver and NVRTC, and without cuBLAS: merges, which multiply no matrices, work on the GPU; what runs a model says what
/// to install. In a child process, since this one has the emulated cuBLAS loaded.
/// </summary>
public sealed class MergeWithoutCublasTests
{
    private const string Elsewhere = "cuBLAS is installed on this machine";

    [Test]
    public void Merge_WhereCublasIsMissing_WritesTheCpusFiles_AndGenerateSaysWhatToInstall()
    {
        if (!EmulatorBuild.TryBuild(out var emulator, out var reason))
        {
            Assert.Ignore(reason);
        }

        using var folder = new TemporaryDirectory();
        foreach (var name in new[] { "libcuda.so.1", "libnvrtc.so.12" })
        {
            File.CreateSymbolicLink(folder.Combine(name), Path.Combine(emulator, name));
        }

        var output = IsaRunner.RunAndRead(IsaLevel.Widest, MergeAndGenerate, new Dictionary<string, string>
        {
            [CudaLibraries.FolderVariable] = folder.Path,
            [KernelCache.FolderVariable] = folder.Combine("kernels"),
        });
        if (output.Contains(Elsewhere, StringComparison.Ordinal))
        {
            Assert.Ignore(Elsewhere);
        }

        TestContext.Out.WriteLine(output);
        Assert.That(output, Does.Contain("cuda: 0\ndevice cuda:0, Emulated GPU 0").And.Contain("as on the CPU: True\n"));
        Assert.That(Directory.GetFiles(folder.Combine("kernels")), Has.Length.GreaterThan(1), "more than the one that tries the GPU out");
        Assert.That(output, Does.Contain("generate: 2\nerror: cuBLAS was not found: looked for libcublas.so.12, "));
        Assert.That(output, Does.Contain("pip install nvidia-cublas-cu12").And.Contain("or use device: cpu"));
    }

    internal static void MergeAndGenerate()
    {
        try
        {
            CudaLibraries.LoadCublas(newestMajor: 12);
            Console.WriteLine(Elsewhere);
            return;
        }
        catch (CudaException)
        {
            // As it is meant to be.
        }

        using var directory = new TemporaryDirectory();
        var options = new TinyModelOptions { VocabularySize = 29 };
        TinyModels.Write(directory.Combine("base"), options, seed: 1);
        TinyModels.WriteSpecialist(directory.Combine("tuned"), options, baseSeed: 1, seed: 2);
        TinyTokenizer.Write(directory.Combine("base"));
        var recipe = directory.Combine("recipe.yaml");
        File.WriteAllText(
            recipe, "merge_method: slerp\nbase_model: base\nmodels: [{model: base}, {model: tuned}]\nparameters: {t: 0.3}\n");
        var hashes = new[] { "cpu", "cuda" }.ToDictionary(device => device, device =>
        {
            var merged = directory.Combine(device);
            var result = CliRunner.Run("merge", recipe, "-o", merged, "--root", directory.Path, "--device", device);
            Console.Write($"{device}: {result.ExitCode}\n{result.Error}");
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(Path.Combine(merged, "model.safetensors"))));
        });
        Console.Write($"as on the CPU: {hashes["cpu"] == hashes["cuda"]}\n");
        var generated = CliRunner.Run("generate", directory.Combine("base"), "--prompt", "a", "--device", "cuda");
        Console.Write($"generate: {generated.ExitCode}\n{generated.Error}");
    }
}
