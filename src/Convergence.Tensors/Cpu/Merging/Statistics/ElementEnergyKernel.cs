using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Statistics;

/// <summary>energies[i * rows + r] = (input_i[r] - base[r])^2, for tensors whose rows are elements.</summary>
internal readonly unsafe struct ElementEnergyKernel(double[] energies, int count, long rows) : IBlockKernel
{
    private readonly double[] _energies = energies;
    private readonly int _count = count;
    private readonly long _rows = rows;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var squares = stackalloc double[ILanes.Count];
        for (var input = 0; input < _count; input++)
        {
            var energies = _energies.AsSpan(checked((int)((input * _rows) + block.Place)), block.Count);
            for (var i = 0; i < block.Count; i += ILanes.Count)
            {
                var offset = (nint)i * TLanes.ElementByteCount;
                TLanes.Load(tensors[0] + offset, out var baseLower, out var baseUpper);
                TLanes.Load(tensors[input + 1] + offset, out var lower, out var upper);
                lower -= baseLower;
                upper -= baseUpper;
                (lower * lower).Store(squares);
                (upper * upper).Store(squares + Vector512<double>.Count);
                new ReadOnlySpan<double>(squares, Math.Min(ILanes.Count, block.Count - i)).CopyTo(energies[i..]);
            }
        }
    }
}
