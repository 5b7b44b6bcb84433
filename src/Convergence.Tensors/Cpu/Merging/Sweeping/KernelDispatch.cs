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

    /// <param name="kernel">What merges.</param>
    /// <param name="laneType">The type in which all operands are stored.</param>
    /// <param name="resultType">The output's type.</param>
    /// <param name="isStreamed">Whether results may go past the caches; the output is then aligned to a cache line.</param>
    /// <param name="tensors">Where each operand's block begins.</param>
    /// <param name="output">Where the results go.</param>
    /// <param name="block">Which elements these are.</param>
    public static void Map<TKernel>(
        TKernel kernel, DType laneType, DType resultType, bool isStreamed, byte** tensors, byte* output, Block block)
        where TKernel : struct, IMapKernel
    {
        switch (laneType)
        {
            case DType.F64:
                Store<TKernel, DoubleLanes>(kernel, resultType, isStreamed, tensors, output, block);
                break;
            case DType.BF16:
                Store<TKernel, Float16Lanes<Bf16Format>>(kernel, resultType, isStreamed, tensors, output, block);
                break;
            case DType.F16:
                Store<TKernel, Float16Lanes<F16Format>>(kernel, resultType, isStreamed, tensors, output, block);
                break;
            default:
                Store<TKernel, FloatLanes>(kernel, resultType, isStreamed, tensors, output, block);
                break;
        }
    }

    private static void Store<TKernel, TLanes>(
        TKernel kernel, DType resultType, bool isStreamed, byte** tensors, byte* output, Block block)
        where TKernel : struct, IMapKernel
        where TLanes : struct, ILanes
    {
        switch (resultType)
        {
            case DType.F64:
                kernel.Run<TLanes, DoubleResult>(tensors, output, block);
                break;
            case DType.BF16 when isStreamed:
                kernel.Run<TLanes, StreamedFloat16Result<Bf16Format>>(tensors, output, block);
                break;
            case DType.BF16:
                kernel.Run<TLanes, Float16Result<Bf16Format>>(tensors, output, block);
                break;
            case DType.F16 when isStreamed:
                kernel.Run<TLanes, StreamedFloat16Result<F16Format>>(tensors, output, block);
                break;
            case DType.F16:
                kernel.Run<TLanes, Float16Result<F16Format>>(tensors, output, block);
                break;
            case DType.F32 when isStreamed:
                kernel.Run<TLanes, StreamedFloatResult>(tensors, output, block);
                break;
            default:
                kernel.Run<TLanes, FloatResult>(tensors, output, block);
                break;
        }
    }
}
