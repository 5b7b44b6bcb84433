using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Convergence.Optimization.Text;

namespace Convergence.Optimization.Calls;

/// <summary>The body of an HTTP answer: JSON, or why it is not to be used.</summary>
/// <param name="Json">What it holds; <see langword="null"/> with a problem.</param>
/// <param name="Problem">What is wrong with it, to be put behind "the answer"; <see langword="null"/> where nothing is.</param>
/// <param name="IsTooLarge">Whether it has more bytes than are read.</param>
/// <param name="Shown">How it begins, in one line.</param>
internal sealed record AnswerBody(JsonNode? Json, string? Problem, bool IsTooLarge, string Shown)
{
    private const int MaxShownLength = 300;

    /// <summary>Reads a body to its end. Whatever a server sends, it makes no exception but those of connections.</summary>
    /// <param name="content">The content.</param>
    /// <param name="maxByteCount">No larger body is read.</param>
    /// <param name="cancellation">Ends reading.</param>
    /// <exception cref="IOException">The connection broke off.</exception>
    /// <exception cref="HttpRequestException">The connection broke off.</exception>
    public static async Task<AnswerBody> ReadAsync(HttpContent content, int maxByteCount, CancellationToken cancellation)
    {
        var bytes = new ArrayBufferWriter<byte>();
        try
        {
            using var stream = await content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            while (await stream.ReadAsync(bytes.GetMemory(4096), cancellation).ConfigureAwait(false) is > 0 and var count)
            {
                bytes.Advance(count);
                if (bytes.WrittenCount > maxByteCount)
                {
                    return new AnswerBody(null, $"has more than {maxByteCount} bytes", IsTooLarge: true, Show(bytes.WrittenSpan));
                }
            }
        }
        catch (Exception exception) when (exception is InvalidDataException or InvalidOperationException)
        {
            // Each algorithm of compression has its own way to say it.
            return new AnswerBody(null, $"cannot be unpacked: {exception.Message}", IsTooLarge: false, Show(bytes.WrittenSpan));
        }

        return Of(bytes.WrittenSpan);
    }

    private static AnswerBody Of(ReadOnlySpan<byte> bytes)
    {
        var shown = Show(bytes);
        try
        {
            var json = StrictJson.Parse(bytes, out var problem);
            problem ??= json is null ? "is nothing" : null;
            return new AnswerBody(json, problem is null ? null : $"{problem}: {shown}", IsTooLarge: false, shown);
        }
        catch (JsonException)
        {
            return new AnswerBody(null, $"is not JSON: {shown}", IsTooLarge: false, shown);
        }
    }

    private static string Show(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, 4 * MaxShownLength)]);
        var shown = new string([.. text.Take(MaxShownLength).Select(character => char.IsControl(character) ? ' ' : character)]);
        return shown.Length < text.Length ? $"{shown}..." : shown;
    }
}
