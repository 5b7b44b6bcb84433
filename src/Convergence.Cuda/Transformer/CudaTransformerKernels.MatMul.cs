using Convergence.Cuda.Interop;
using Convergence.Cuda.Runtime;
using Convergence.Cuda.Transformer.Arguments;
using Convergence.Tensors;
using Convergence.Tensors.Devices;

namespace Convergence.Cuda.Transformer;

internal sealed partial class CudaTransformerKernels
{
    private const string Products = "transformer_matmul";

    // TILE_SIDE and TILE_ROWS of transformer_matmul.cu.
    private const int TileSide = 32;
    private const int TileRows = 8;

    private DType FactorType => _precision == ProductPrecision.Bf16 ? DType.BF16 : DType.F32;

    public override PackedMatrix Pack(
        ReadOnlySpan<DeviceTensor> weights, WeightLayout layout, PackedMatrix? reuse = null, int member = 0, int memberCount = 1)
    {
        var (outputs, inputs) = TransformerChecks.Pack(weights, layout, reuse, member, memberCount);
        if (reuse is not null && (reuse as CudaPackedMatrix)?.DType != FactorType)
        {
            throw new ArgumentException("The packed matrix is another device's.", nameof(reuse));
        }

        var packed = (CudaPackedMatrix?)reuse ?? new CudaPackedMatrix(_runtime, FactorType, outputs, inputs, memberCount);
        try
        {
            var destination = packed.Address + (ulong)(member * packed.ElementCount * FactorType.ByteCount());
            foreach (var weight in weights)
            {
                Pack(weight, layout, destination);
                destination += (ulong)(weight.ElementCount * FactorType.ByteCount());
            }

            return packed;
        }
        catch when (reuse is null)
        {
            packed.Dispose();
            throw;
        }
    }

    public override void MatMul(MatrixView input, PackedMatrix weight, DeviceTensor? bias, MatrixView output, bool accumulate = false)
    {
        var (source, target, factor) = (CudaMatrix.Of(input), CudaMatrix.Of(output), (CudaPackedMatrix)weight);
        TransformerChecks.MatMul(input, weight, bias, output);
        if (target.RowCount == 0 || target.ColumnCount == 0)
        {
            return;
        }

        if (bias is not null)
        {
            LaunchOver(Products, "add_bias", StepsOf(target, Step), new AddBiasArgs
            {
                Output = target.Argument,
                Bias = OperandOf(bias, nameof(bias)),
                Rows = target.RowCount,
                Columns = target.ColumnCount,
                MemberRows = target.RowCount / weight.MemberCount,
                Accumulate = accumulate ? 1 : 0,
                Aligned = CudaMatrix.Aligned(target),
            });
        }

        var (data, stride) = factor.DType == DType.BF16 ? Narrow(source) : (source.Argument.Data, source.Argument.Stride);
        Multiply(factor, data, stride, target, keepsOutput: accumulate || bias is not null);
    }

    private void Pack(DeviceTensor weight, WeightLayout layout, ulong destination)
    {
        var source = OperandOf(weight, nameof(weight));
        if (layout == WeightLayout.OutputByInput)
        {
            LaunchOver(Products, "pack", (weight.ElementCount + Run - 1) / Run, new PackArgs
            {
                Source = source,
                Destination = destination,
                Count = weight.ElementCount,
                Dtype = (int)FactorType,
            });
            return;
        }

        var (inputs, outputs) = ((int)weight.Shape[0], (int)weight.Shape[1]);
        if (inputs > 0 && outputs > 0)
        {
            var tiles = (long)TilesOf(outputs) * TilesOf(inputs);
            var arguments = new PackTransposedArgs
            {
                Source = source,
                Destination = destination,
                Inputs = inputs,
                Outputs = outputs,
                Dtype = (int)FactorType,
            };
            Launch(Products, "pack_transposed", checked((int)tiles), new KernelGrid(TileSide, TileRows), sharedByteCount: 0, arguments);
        }
    }

    private static int TilesOf(int length) => (length + TileSide - 1) / TileSide;

    /// <summary>The input as bfloat16, in scratch memory: its address, and elements from one row to the next.</summary>
    private (ulong Data, long Stride) Narrow(CudaMatrix input)
    {
        var pitch = (input.ColumnCount + Run - 1) / Run * Run;
        var data = _narrowed.Reserve((long)input.RowCount * pitch * sizeof(ushort));
        LaunchOver(Products, "narrow", StepsOf(input, Step), new NarrowArgs
        {
            Input = input.Argument,
            Output = data,
            Rows = input.RowCount,
            Columns = input.ColumnCount,
            Pitch = pitch,
            Aligned = CudaMatrix.Aligned(input),
        });
        return (data, pitch);
    }

    /// <summary>output (+)= input x weight^T; the products of a stack, whose operands lie at equal distances, are one call.</summary>
    private void Multiply(CudaPackedMatrix weight, ulong input, long inputStride, CudaMatrix output, bool keepsOutput) =>
        _runtime.Multiply(new MatrixProduct
        {
            RowCount = output.RowCount / weight.MemberCount,
            InputCount = weight.InputCount,
            OutputCount = weight.OutputCount,
            Count = weight.MemberCount,
            Type = weight.DType == DType.BF16 ? CublasDataType.Bf16 : CublasDataType.F32,
            ComputeType = _precision == ProductPrecision.Tf32 ? CublasComputeType.F32FastTf32 : CublasComputeType.F32,
            Weight = weight.Address,
            Input = input,
            InputStride = inputStride,
            Output = output.Argument.Data,
            OutputStride = output.Argument.Stride,
            KeepsOutput = keepsOutput,
        });
}
