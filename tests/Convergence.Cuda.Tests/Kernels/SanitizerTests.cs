using Convergence.Cuda.Tests.Emulation;
using Convergence.Testing.Isa;

namespace Convergence.Cuda.Tests.Kernels;

/// <summary>
/// Every kernel once more with AddressSanitizer: blocks of the GPU's memory then have exactly the bytes that were asked for, and a read
/// or a write beside one ends the process.
/// </summary>
public sealed class SanitizerTests
{
    [Test]
    public void AllKernels_UnderAddressSanitizer_StayInsideTheirBlocks()
    {
        if (EmulatorBuild.SanitizerPath() is not { } sanitizer)
        {
            Assert.Ignore("needs AddressSanitizer's library, which g++ does not have here (Debian: libasan8 with g++-12)");
            return;
        }

        // Built here, so that the child's time is the tests' alone.
        if (!EmulatorBuild.TryBuild(out _, out var reason, isSanitized: true))
        {
            Assert.Ignore(reason);
        }

        var output = IsaRunner.RunAndRead(IsaLevel.Widest, SanitizedRun.AllKernels, new Dictionary<string, string>
        {
            [SanitizedRun.Variable] = "1",
            ["LD_PRELOAD"] = sanitizer,

            // The runtime handles its own faults, frees by delete what it got by malloc, and keeps memory until the end.
            ["ASAN_OPTIONS"] = "detect_leaks=0:alloc_dealloc_mismatch=0:handle_segv=0:use_sigaltstack=0:detect_stack_use_after_return=0",
        });
        TestContext.Out.WriteLine(output);
        Assert.That(output, Does.Contain(" launches"));
    }
}
