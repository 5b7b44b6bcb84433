using Convergence.Cuda.Interop;

namespace Convergence.Cuda.Tests.Interop;

public sealed class CudaErrorsTests
{
    // CUDA Driver API, CUresult: those after which the context, or the process, is of no use any more.
    private static readonly int[] Sticky = [214, 220, 226, 700, 702, 709, 710, 714, 715, 716, 717, 718, 719, 721, 810, 911, 999];

    [Test]
    public void IsSticky_WhatBreaksTheContext_AndNothingElse() =>
        Assert.That(Enumerable.Range(1, 999).Where(CudaErrors.IsSticky), Is.EqualTo(Sticky));

    // A run that began on a GPU does not go on on the CPU.
    [TestCaseSource(nameof(Sticky))]
    public void CureOf_WhatBreaksTheContext_DoesNotNameTheCpu(int code)
    {
        var cure = CudaErrors.CureOf(new CudaFailure(CudaApi.Driver, "cuStreamSynchronize", code, "CUDA_ERROR", "text"));
        Assert.That(cure, Is.Not.Null.And.Not.Contains("cpu"));
    }

    [TestCase(8)]
    [TestCase(15)]
    public void CureOf_ProductsThatTheGpuDoesNotDo_IsAnotherPrecision(int status)
    {
        var cure = CudaErrors.CureOf(new CudaFailure(CudaApi.Cublas, "cublasGemmEx", status, "CUBLAS_STATUS", "text"));
        Assert.That(cure, Does.Contain("mixed_precision: false"));
    }
}
