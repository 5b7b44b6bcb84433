using System.Runtime.Intrinsics;
using Convergence.Tensors.Cpu.Merging.Lanes;
using Convergence.Tensors.Cpu.Merging.Sweeping;

namespace Convergence.Tensors.Cpu.Merging.Selection;

/// <summary>Writes the magnitudes of groups of sixteen neighbours, one group every so many elements.</summary>
/// <param name="inputCount">Inputs.</param>
/// <param name="stride">Elements from one group to the next.</param>
/// <param name="samples">Receives the magnitudes of the first input; <see cref="Block.Place"/> is where in them to begin.</param>
/// <param name="inputSize">Magnitudes from one input's to the next one's.</param>
internal readonly unsafe struct MagnitudeSampleKernel(int inputCount, long stride, uint* samples, long inputSize) : IBlockKernel
{
    public const int GroupSize = ILanes.Count;

    private readonly int _inputCount = inputCount;
    private readonly nint _stride = (nint)stride;
    private readonly uint* _samples = samples;
    private readonly long _inputSize = inputSize;

    public void Run<TLanes>(byte** tensors, Block block) where TLanes : struct, ILanes
    {
        var step = _stride * TLanes.ElementByteCount;
        for (var input = 0; input < _inputCount; input++)
        {
            var source = tensors[input + 1];
            var origin = tensors[0];
            var sample = _samples + (input * _inputSize) + block.Place;
            for (var end = sample + block.Count; sample < end; sample += GroupSize)
            {
                TLanes.Magnitude(source, origin).Store(sample);
                source += step;
                origin += step;
            }
        }
    }
}
