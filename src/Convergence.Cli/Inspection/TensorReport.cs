using System.Globalization;
using System.Text.Json.Nodes;
using Convergence.Tensors;

namespace Convergence.Cli.Inspection;

/// <summary>Names, types and shapes of tensors, with their sums.</summary>
internal static class TensorReport
{
    public static JsonObject Describe(ITensorSource source)
    {
        var tensors = new JsonArray();
        var (elements, bytes) = (0L, 0L);
        foreach (var name in source.Names)
        {
            if (source.TryGet(name, out var tensor))
            {
                elements += tensor.Shape.ElementCount;
                bytes += tensor.ByteCount;
                tensors.Add(new JsonObject { ["name"] = name, ["dtype"] = tensor.DType.ToString(), ["shape"] = tensor.Shape.ToString() });
            }
        }

        return new JsonObject { ["parameters"] = elements, ["bytes"] = bytes, ["tensors"] = tensors };
    }

    public static void Print(TextWriter output, JsonObject report)
    {
        var tensors = report["tensors"]!.AsArray();
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"parameters    {report["parameters"]!.GetValue<long>():N0} "
            + $"in {tensors.Count} tensors, {report["bytes"]!.GetValue<long>():N0} bytes"));
        var width = tensors.Select(tensor => tensor!["name"]!.GetValue<string>().Length).DefaultIfEmpty(0).Max();
        foreach (var tensor in tensors)
        {
            output.WriteLine($"  {tensor!["name"]!.GetValue<string>().PadRight(width)}  {tensor["dtype"],-4}  {tensor["shape"]}");
        }
    }
}
