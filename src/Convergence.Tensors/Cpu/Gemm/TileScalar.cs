namespace Convergence.Tensors.Cpu.Gemm;

/// <summary>The specification of the register tiles: one element at a time. The vector tiles give the same bits.</summary>
internal static unsafe class TileScalar
{
    public static void Multiply(int rowCount, int columnCount, in TileArguments tile)
    {
        for (var row = 0; row < rowCount; row++)
        {
            for (var column = 0; column < columnCount; column++)
            {
                var sum = tile.Initial[column];
                for (var k = 0; k < tile.Depth; k++)
                {
                    sum = MathF.FusedMultiplyAdd(tile.A[(k * tile.AStep) + row], tile.B[(k * tile.BStep) + column], sum);
                }

                var c = tile.C + (row * tile.CStep) + column;
                *c = tile.Accumulate ? *c + sum : sum;
            }
        }
    }
}
