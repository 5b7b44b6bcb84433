using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>
/// Picks the lanes that read a type and the result that stores one. Each pair is a loop of its own, without conversions in memory.
/// </summary>
internal static unsafe class KernelDispatch
{
    public static void Visit<TKernel>(TKernel kernel, DType laneType, byte** tensors, Block block) where TKernel : IBlockKernel
    {
        switch (laneType)
        {
            case DType.F64:
                kernel.Run<DoubleLanes>(tensors, block);
                break;
            case DType.BF16:
                kernel.Run<Float16Lanes<Bf16Format>>(tensors, block);
                break;
            case DType.F16:
                kernel.Run<Float16Lanes<F16Format>>(tensors, block);
                break;
            default:
                kernel.Run<FloatLanes>(tensors, block);
                break;
        }
    }

    /// <param name="kernels">What merges, one result each.</param>
    /// <param name="laneType">The type in which all operands are stored.</param>
    /// <param name="resultType">The output's type.</param>
    /// <param name="isStreamed">Whether results may go past the caches; the outputs are then aligned to a cache line.</param>
    /// <param name="tensors">Where each operand's block begins.</param>
    /// <param name="outputs">Where the results go.</param>
    /// <param name="block">Which elements these are.</param>
    public static void Map<TKernel>(
        ReadOnlySpan<TKernel> kernels, DType laneType, DType resultType, bool isStreamed, byte** tensors, byte** outputs, Block block)
        where TKernel : struct, IMapKernel<TKernel>
    {
        switch (laneType)
        {
            case DType.F64:
                Store<TKernel, DoubleLanes>(kernels, resultType, isStreamed, tensors, outputs, block);
                break;
            case DType.BF16:
                Store<TKernel, Float16Lanes<Bf16Format>>(kernels, resultType, isStreamed, tensors, outputs, block);
                break;
            case DType.F16:
                Store<TKernel, Float16Lanes<F16Format>>(kernels, resultType, isStreamed, tensors, outputs, block);
                break;
            default:
                Store<TKernel, FloatLanes>(kernels, resultType, isStreamed, tensors, outputs, block);
                break;
        }
    }

    private static void Store<TKernel, TLanes>(
        ReadOnlySpan<TKernel> kernels, DType resultType, bool isStreamed, byte** tensors, byte** outputs, Block block)
        where TKernel : struct, IMapKernel<TKernel>
        where TLanes : struct, ILanes
    {
        switch (resultType)
        {
            case DType.F64:
                TKernel.RunAll<TLanes, DoubleResult>(kernels, tensors, outputs, block);
                break;
            case DType.BF16 when isStreamed:
                TKernel.RunAll<TLanes, StreamedFloat16Result<Bf16Format>>(kernels, tensors, outputs, block);
                break;
            case DType.BF16:
                TKernel.RunAll<TLanes, Float16Result<Bf16Format>>(kernels, tensors, outputs, block);
                break;
            case DType.F16 when isStreamed:
                TKernel.RunAll<TLanes, StreamedFloat16Result<F16Format>>(kernels, tensors, outputs, block);
                break;
            case DType.F16:
                TKernel.RunAll<TLanes, Float16Result<F16Format>>(kernels, tensors, outputs, block);
                break;
            case DType.F32 when isStreamed:
                TKernel.RunAll<TLanes, StreamedFloatResult>(kernels, tensors, outputs, block);
                break;
            default:
                TKernel.RunAll<TLanes, FloatResult>(kernels, tensors, outputs, block);
                break;
        }
    }
}
