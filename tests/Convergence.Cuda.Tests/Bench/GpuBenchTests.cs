using System.Globalization;
using Convergence.Cuda.Tests.Emulation;
using Convergence.GpuBench;
using Convergence.GpuBench.Checks;
using Convergence.Tensors;

namespace Convergence.Cuda.Tests.Bench;

/// <summary>
/// The program that checks and measures a GPU, from end to end on the emulated one. What it measures there means nothing.
/// </summary>
[NonParallelizable]
public sealed class GpuBenchTests
{
    private static readonly DType[] Floats = [DType.F32, DType.BF16, DType.F16, DType.F64];

    // Between all types with arithmetic, and of every other to itself.
    private static readonly (DType From, DType To)[] Conversions =
    [
        .. Floats.SelectMany(from => Floats.Select(to => (from, to))),
        .. Enum.GetValues<DType>().Except(Floats).Select(type => (type, type)),
    ];

    [SetUp]
    public void NeedGpu() => EmulatedGpu.Require();

    [TearDown]
    public void Restore() => EmulatedGpu.Reset();

    [Test]
    public void Run_EveryKernelRight_PassesAllChecksAndPrintsEveryRow()
    {
        var (code, output, error) = Run("--tiny");

        TestContext.Out.WriteLine(output);
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.Contain("Emulated GPU 0").And.Contain("NVRTC 12").And.Contain("Date: 2031-02-03"));
        Assert.That(output, Does.Contain(" checks passed, 0 failed.").And.Not.Contain("**fail**"));
        string[] rows =
            ["linear", "task_arithmetic", "dare", "ties", "forward", "evolution 2 x 4"];
        foreach (var row in rows)
        {
            Assert.That(output, Does.Contain($"\n| {row}"));
        }

        foreach (var (products, tolerance) in new[] { ("fp32", "0.001"), ("tf32", "0.005"), ("bf16", "0.02") })
        {
            Assert.That(output, Does.Match($@"\n\| logits against the CPU device's, {products} \|.*\| <= {tolerance} \| yes \|"));
        }

        foreach (var check in (string[])["scores of a stack", "logits of a stack", "weights merged for a stack"])
        {
            Assert.That(output, Does.Contain($"\n| {check} | stack 1, candidate 1").And.Contain($"\n| {check} | stack 3, candidate 3"));
        }

        foreach (var (from, to) in Conversions)
        {
            Assert.That(output, Does.Match($@"\n\| Copy \| \d+ elements, {from} to {to} \|"));
        }

        foreach (var kernel in EmulatedGpu.LaunchCounts.Keys.Select(key => key.Split('/')).Where(key => key[0] != "checks.cu"))
        {
            Assert.That(output, Does.Match($@"\| kernels of {kernel[0]} \|[^|]*\b{kernel[1]}\b"));
        }

        Assert.That(EmulatedGpu.DamagedBlockCount, Is.Zero);
    }

    [Test]
    public void Run_BrokenKernel_ReportsItsOperatorAndFails()
    {
        EmulatedGpu.Configure("idle", "merge_ties");
        var (code, output, _) = Run("--tiny", "checks");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(FailuresOf(output), Has.Some.StartsWith("| Ties |").And.Some.Match(@"^\| weights merged for a stack \|.*: ties \|"));
        Assert.That(FailuresOf(output), Has.None.StartsWith("| Combine |").And.None.StartsWith("| SwiGlu |"));
        Assert.That(output, Does.Match(@"\d+ checks passed, [1-9]\d* failed\."));
    }

    [Test]
    public void Run_NoGpu_SaysWhatIsMissing()
    {
        EmulatedGpu.Configure("devices", 0);
        var (code, _, error) = Run("--tiny", "checks");

        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.StartWith("error: ").And.Contain("CUDA_ERROR_NO_DEVICE"));
    }

    [Test]
    public void Run_PartThatFails_KeepsWhatWasMeasuredAndGoesOn()
    {
        EmulatedGpu.Configure("fault", "merge_ties");
        var (code, output, error) = Run("--tiny", "merge", "forward");

        Assert.That(code, Is.EqualTo(3));
        Assert.That(error, Does.StartWith("error: merge: ").And.Contain("CUDA_ERROR_ILLEGAL_ADDRESS"));
        Assert.That(output, Does.Contain("\n| linear").And.Contain("\n| dare").And.Contain("\n| forward").And.Not.Contain("\n| ties"));
        Assert.That(output, Does.Match("\nlinear[^\n|]*: ").And.Contain("\n### On a GPU"), "rows are told as they come, too");
    }

    [Test]
    public void Run_PartThatFailsForAnyReason_IsToldWithItsTime_AndTheOthersRun()
    {
        using var output = new FailingWriter("linear");
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var code = GpuBenchCommand.Run(["--tiny", "merge", "forward"], output, error, new FixedClock());

        Assert.That(code, Is.EqualTo(3));
        Assert.That(error.ToString(), Does.StartWith("error: merge: System.IO.IOException: the disk is full"));
        Assert.That(output.ToString(), Does.Contain("\n| forward").And.Match(@"\nmerge took \d+\.\d s, and failed\.\n"));
        Assert.That(output.ToString(), Does.Match(@"\nforward took \d+\.\d s\.\n").And.Contain("the causal half"));
    }

    [Test]
    public void KernelCoverage_KernelThatWasNeverLaunched_IsMissing()
    {
        var every = EmulatedGpu.LaunchCounts.Keys
            .Select(key => key.Split('/'))
            .Select(words => (Path.GetFileNameWithoutExtension(words[0]), words[1]))
            .ToHashSet();

        Assert.That(KernelCoverage.Missing(every), Is.Empty);
        Assert.That(
            KernelCoverage.Missing(every.Where(kernel => kernel.Item2 is not ("swiglu" or "attention_f32_16_by_4")).ToHashSet()),
            Is.EquivalentTo(new[] { ("transformer_rows", "swiglu"), ("transformer_attention", "attention_f32_16_by_4") }));
    }

    [Test]
    public void Run_Help_ShowsTheUsage()
    {
        var (code, output, error) = Run("--help");

        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.That(output, Does.StartWith("usage: "));
    }

    [TestCase("--device")]
    [TestCase("--device", "cpu")]
    [TestCase("everything")]
    public void Run_ArgumentsThatAreNotUnderstood_ShowsTheUsage(params string[] arguments)
    {
        var (code, output, error) = Run(arguments);

        Assert.That((code, output), Is.EqualTo((2, "")));
        Assert.That(error, Does.StartWith("error: " + arguments[0]).And.Contain("usage: "));
    }

    private static string[] FailuresOf(string output) =>
        [.. output.Split('\n').Where(line => line.Contains("**fail**", StringComparison.Ordinal))];

    private static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var code = GpuBenchCommand.Run(arguments, output, error, new FixedClock());
        return (code, output.ToString(), error.ToString());
    }

    // Fails once, at the first line that begins so.
    private sealed class FailingWriter(string start) : StringWriter(CultureInfo.InvariantCulture)
    {
        private bool _hasFailed;

        public override void WriteLine(string? value)
        {
            if (!_hasFailed && value?.StartsWith(start, StringComparison.Ordinal) == true)
            {
                _hasFailed = true;
                throw new IOException("the disk is full");
            }

            base.WriteLine(value);
        }
    }

    private sealed class FixedClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => new(2031, 2, 3, 4, 5, 6, TimeSpan.Zero);
    }
}
