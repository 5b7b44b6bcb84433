using Convergence.Tensors.Cpu.Merging.Lanes;

namespace Convergence.Tensors.Cpu.Merging.Sweeping;

/// <summary>Picks the lanes that read a type and the result that stores one. Each pair is a loop of its own, without conversions in memory.</summary>
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

    /// <param name="call">A merge kernel with its block.</param>
    /// <param name="laneType">The type in which all operands are stored.</param>
    /// <param name="resultType">The type of every output.</param>
    /// <param name="isStreamed">Whether results may go past the caches; outputs are then aligned to a cache line.</param>
    public static void Map<TCall>(TCall call, DType laneType, DType resultType, bool isStreamed) where TCall : struct, IMapCall
    {
        switch (laneType)
        {
            case DType.F64:
                Store<TCall, DoubleLanes>(call, resultType, isStreamed);
                break;
            case DType.BF16:
                Store<TCall, Float16Lanes<Bf16Format>>(call, resultType, isStreamed);
                break;
            case DType.F16:
                Store<TCall, Float16Lanes<F16Format>>(call, resultType, isStreamed);
                break;
            default:
                Store<TCall, FloatLanes>(call, resultType, isStreamed);
                break;
        }
    }

    private static void Store<TCall, TLanes>(TCall call, DType resultType, bool isStreamed)
        where TCall : struct, IMapCall
        where TLanes : struct, ILanes
    {
        switch (resultType)
        {
            case DType.F64:
                call.Run<TLanes, DoubleResult>();
                break;
            case DType.BF16 when isStreamed:
                call.Run<TLanes, StreamedFloat16Result<Bf16Format>>();
                break;
            case DType.BF16:
                call.Run<TLanes, Float16Result<Bf16Format>>();
                break;
            case DType.F16 when isStreamed:
                call.Run<TLanes, StreamedFloat16Result<F16Format>>();
                break;
            case DType.F16:
                call.Run<TLanes, Float16Result<F16Format>>();
                break;
            case DType.F32 when isStreamed:
                call.Run<TLanes, StreamedFloatResult>();
                break;
            default:
                call.Run<TLanes, FloatResult>();
                break;
        }
    }
}
