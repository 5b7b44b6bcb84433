using System.Globalization;
using Convergence.Cuda.Merging.Arguments;
using Convergence.Cuda.Runtime;
using Convergence.Tensors;
using Convergence.Tensors.Cpu.Merging.Sweeping;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Merging;

/// <summary>The tensors of one call, checked, as kernels take them.</summary>
internal static class MergeOperands
{
    /// <param name="runtime">The GPU in whose memory all tensors must lie.</param>
    /// <param name="baseTensor">The base or <see langword="null"/>.</param>
    /// <param name="inputs">At least one, at most <see cref="InputArray{T}.Count"/>.</param>
    /// <param name="output">Of as many elements, or <see langword="null"/>.</param>
    /// <param name="firstIndex">The index of the first element in the whole tensor.</param>
    /// <exception cref="CudaException">There are more inputs than a kernel takes.</exception>
    public static MergeTensors Of(
        CudaRuntime runtime, DeviceTensor? baseTensor, ReadOnlySpan<DeviceTensor> inputs, DeviceTensor? output, long firstIndex = 0)
    {
        if (inputs.IsEmpty)
        {
            throw new ArgumentException("There is nothing to merge.", nameof(inputs));
        }

        if (inputs.Length > InputArray<byte>.Count)
        {
            throw new CudaException(string.Create(
                CultureInfo.InvariantCulture,
                $"The GPU merges at most {InputArray<byte>.Count} models at once, not {inputs.Length}: merge in steps, or on the CPU."));
        }

        var count = (baseTensor ?? inputs[0]).ElementCount;
        var tensors = new MergeTensors
        {
            Count = count,
            FirstIndex = firstIndex,
            InputCount = inputs.Length,
            HasBase = baseTensor is null ? 0 : 1,
        };
        var place = 0;
        if (baseTensor is not null)
        {
            tensors.Operands[place++] = OperandOf(runtime, baseTensor, count);
        }

        foreach (var input in inputs)
        {
            tensors.Operands[place++] = OperandOf(runtime, input, count);
        }

        if (output is not null)
        {
            var target = OperandOf(runtime, output, count);
            tensors.Output = target.Data;
            tensors.OutputType = target.Dtype;
        }

        return tensors;
    }

    /// <summary>Some of the elements of the same tensors.</summary>
    public static MergeTensors Slice(in MergeTensors tensors, long start, long count)
    {
        var slice = tensors with { Count = count, FirstIndex = tensors.FirstIndex + start };
        for (var place = 0; place < tensors.InputCount + tensors.HasBase; place++)
        {
            slice.Operands[place].Data += ByteCount(tensors.Operands[place].Dtype, start);
        }

        if (tensors.Output != 0)
        {
            slice.Output += ByteCount(tensors.OutputType, start);
        }

        return slice;
    }

    /// <summary>Cuts as kernels take them.</summary>
    public static InputArray<Cut> Cuts(ReadOnlySpan<MagnitudeCut> cuts)
    {
        var converted = default(InputArray<Cut>);
        for (var input = 0; input < cuts.Length; input++)
        {
            converted[input] = CutOf(cuts[input]);
        }

        return converted;
    }

    public static Cut CutOf(MagnitudeCut cut) => new() { Magnitude = cut.MagnitudeBits, LastTie = cut.LastTieIndex };

    /// <exception cref="ArgumentException">The tensor lies in other memory than this GPU's.</exception>
    public static ulong AddressOf(CudaRuntime runtime, DeviceTensor tensor) =>
        tensor is CudaTensor own && own.Runtime == runtime
            ? own.Address
            : throw new ArgumentException("The tensor lies in the memory of another device: import it first.", nameof(tensor));

    private static ulong ByteCount(int dtype, long count) => (ulong)(count * ((DType)dtype).ByteCount());

    private static Operand OperandOf(CudaRuntime runtime, DeviceTensor tensor, long count)
    {
        Operands.RequireFloat(tensor.DType);
        ArgumentOutOfRangeException.ThrowIfNotEqual(tensor.ElementCount, count);
        return new Operand { Data = AddressOf(runtime, tensor), Dtype = (int)tensor.DType };
    }
}
