using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Foundation.Text;
using Convergence.Merging;
using Convergence.Tensors;

namespace Convergence.Cli.Comparing;

/// <summary>The distances of two models as a table and as JSON.</summary>
internal static class ComparisonReport
{
    private const string Missing = "-";

    public static void Print(TextWriter output, string first, string second, ModelComparison comparison)
    {
        var width = comparison.Tensors.Select(tensor => tensor.Name.Length).DefaultIfEmpty(0).Max();
        output.WriteLine($"{"tensor".PadRight(width)}  {"L2",10}  {"relative",10}  {"max |d|",10}  {"cosine",10}  {"equal",8}  differs in");
        foreach (var tensor in comparison.Tensors)
        {
            output.WriteLine(
                $"{tensor.Name.PadRight(width)}  {Number(tensor.L2),10}  {Number(tensor.Relative),10}  {Number(tensor.MaxAbs),10}  "
                + $"{Cosine(tensor.Cosine),10}  {EqualShare(tensor),8}  {Mismatch(tensor)}".TrimEnd());
        }

        var count = comparison.IncomparableCount;
        output.WriteLine();
        output.WriteLine(comparison.AreEqual
            ? $"{first} and {second} are equal in all {comparison.Tensors.Length} tensors"
            : $"{first} and {second}: L2 {Number(comparison.L2)}, relative {Number(comparison.Relative)}"
              + (count == 0
                  ? ""
                  : string.Create(CultureInfo.InvariantCulture, $", {count} of {comparison.Tensors.Length} tensors cannot be compared")));
    }

    public static JsonObject ToJson(string first, string second, ModelComparison comparison) => new()
    {
        ["event"] = "result",
        ["first"] = first,
        ["second"] = second,
        ["equal"] = comparison.AreEqual,
        ["incomparable"] = comparison.IncomparableCount,
        ["l2"] = JsonNumber.Finite(comparison.L2),
        ["relative"] = JsonNumber.Finite(comparison.Relative),
        ["tensors"] = new JsonArray([.. comparison.Tensors.Select(Tensor)]),
    };

    private static JsonObject Tensor(TensorDifference tensor) => new()
    {
        ["name"] = tensor.Name,
        ["shape"] = Shape(tensor.Shape),
        ["mismatch"] = tensor.Mismatch switch
        {
            TensorMismatch.None => null,
            TensorMismatch.DType => "dtype",
            TensorMismatch.Shape => "shape",
            TensorMismatch.OnlyInFirst => "only_in_first",
            _ => "only_in_second",
        },
        ["dtype"] = tensor.FirstDType?.SafetensorsName(),
        ["second_dtype"] = tensor.SecondDType?.SafetensorsName(),
        ["second_shape"] = tensor.SecondShape is { } shape ? Shape(shape) : null,
        ["l2"] = JsonNumber.Finite(tensor.L2),
        ["relative"] = JsonNumber.Finite(tensor.Relative),
        ["max_abs"] = JsonNumber.Finite(tensor.MaxAbs),
        ["cosine"] = JsonNumber.Finite(tensor.Cosine),
        ["elements"] = tensor.Shape.ElementCount,
        ["equal_elements"] = tensor.EqualElements,
    };

    private static JsonArray Shape(TensorShape shape) => new([.. shape.Extents.Select(extent => (JsonNode)extent)]);

    private static string Number(double? value) =>
        value is { } number ? number.ToString("0.000e+00", CultureInfo.InvariantCulture) : Missing;

    private static string Cosine(double? value) =>
        value is { } number ? number.ToString("0.000000", CultureInfo.InvariantCulture) : Missing;

    private static string EqualShare(TensorDifference tensor) =>
        tensor.EqualElements is not { } equal ? Missing
        : equal == tensor.Shape.ElementCount ? "all"
        : string.Create(CultureInfo.InvariantCulture, $"{100.0 * equal / tensor.Shape.ElementCount:0.00} %");

    private static string Mismatch(TensorDifference tensor) => tensor.Mismatch switch
    {
        TensorMismatch.DType => $"type: {tensor.FirstDType!.Value.SafetensorsName()}, {tensor.SecondDType!.Value.SafetensorsName()}",
        TensorMismatch.Shape => $"shape: {tensor.Shape}, {tensor.SecondShape}",
        TensorMismatch.OnlyInFirst => "only in the first",
        TensorMismatch.OnlyInSecond => "only in the second",
        _ => "",
    };
}
