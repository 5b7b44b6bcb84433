using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;
using Convergence.Testing.Isa;

namespace Convergence.Cuda.Tests.Kernels;

/// <summary>
/// NVIDIA's own compiler on every kernel, which needs neither a GPU nor a driver. In a child process, since this one has the emulated
/// compiler loaded.
/// </summary>
public sealed class CompilerTests
{
    private const string Missing = "no compiler: ";

    // Ampere and Hopper; the newest that the compiler knows comes to them.
    private static readonly int[] Architectures = [80, 90];

    [Test]
    public void AllKernels_WithNvrtc_CompileToPtx()
    {
        var output = IsaRunner.RunAndRead(IsaLevel.Widest, CompileAll);
        var missing = output.IndexOf(Missing, StringComparison.Ordinal);
        if (missing >= 0)
        {
            Assert.Ignore("needs NVRTC (Debian: libnvrtc11.2 of non-free). " + output[(missing + Missing.Length)..].Split('\n')[0]);
        }

        TestContext.Out.WriteLine(output);
        Assert.That(output, Does.Contain("sm_80").And.Contain("sm_90"));
    }

    // Two blocks of 256 threads to a multiprocessor; without the bound the registers of these allow one.
    private static readonly string[] Bounded = ["merge_ties", "merge_masked_elected", "count_values", "count_ties"];

    internal static void CompileAll()
    {
        try
        {
            CudaLibraries.LoadCompiler(newestMajor: null);
        }
        catch (CudaException exception)
        {
            Console.WriteLine(Missing + exception.Message);
            return;
        }

        var known = KernelCompiler.Architectures;
        var wanted = Architectures.Intersect(known).Append(known[^1]).Distinct().ToArray();
        var all = new StringBuilder();
        foreach (var name in KernelSource.Names)
        {
            foreach (var architecture in wanted)
            {
                var target = architecture.ToString(CultureInfo.InvariantCulture);
                var ptx = Encoding.UTF8.GetString(KernelCompiler.Compile(KernelSource.Of(name), "--gpu-architecture=compute_" + target));
                if (!ptx.Contains(".target sm_" + target, StringComparison.Ordinal) || !ptx.Contains(".entry", StringComparison.Ordinal))
                {
                    throw new InvalidOperationException($"{name}.cu compiled to something else than PTX with kernels for sm_{target}.");
                }

                all.Append(ptx);
            }
        }

        RequireBounds(all.ToString());

        Console.WriteLine($"NVRTC {KernelCompiler.Version}: {KernelSource.Names.Count} files for sm_{string.Join(", sm_", wanted)}");
    }

    private static void RequireBounds(string ptx)
    {
        foreach (var kernel in Bounded)
        {
            if (!Regex.IsMatch(ptx, $@"\.entry {kernel}\([^)]*\)\s*\.maxntid 256, 1, 1\s*\.minnctapersm 2"))
            {
                throw new InvalidOperationException($"{kernel} is not bounded to the registers of two blocks.");
            }
        }
    }
}
