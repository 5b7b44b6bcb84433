using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Convergence.Foundation.Files;

namespace Convergence.LanguageModels.Tasks;

/// <summary>Reads a task's data file into examples. The formats are in docs/formats/tasks.md.</summary>
internal static class TaskDataReader
{
    private const int MaxFileByteCount = 1 << 30;

    /// <summary>All examples of a file, in its order.</summary>
    /// <exception cref="ConvergenceException">The file is missing, too large, malformed or empty.</exception>
    public static List<TaskExample> Read(EvaluationTask task)
    {
        var bytes = CappedFile.ReadAllBytes(task.DataPath, MaxFileByteCount);
        var examples = Path.GetExtension(task.DataPath).ToUpperInvariant() switch
        {
            ".JSONL" => ReadLines(task, Text(task.DataPath, bytes)),
            ".U16" when task.Kind == TaskKind.Perplexity => [new TaskExample(
                task.DataPath, string.Empty, Tokens: ReadTokens(task.DataPath, bytes))],
            ".TXT" or ".MD" when task.Kind == TaskKind.Perplexity => [new TaskExample(task.DataPath, Text(task.DataPath, bytes))],
            _ => throw new LanguageModelException(
                $"{task.DataPath}: its extension is not one that task '{task.Name}' can read. "
                + (task.Kind == TaskKind.Perplexity ? "Use .jsonl, .txt, .md or .u16." : "Use .jsonl.")),
        };
        return examples.Count > 0 ? examples : throw new LanguageModelException($"{task.DataPath}: holds no example. Check the file.");
    }

    private static string Text(string path, byte[] bytes)
    {
        try
        {
            return new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true).GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException exception)
        {
            throw new LanguageModelException($"{path}: is not valid UTF-8. Convert it.", exception);
        }
    }

    private static int[] ReadTokens(string path, byte[] bytes)
    {
        if (bytes.Length % sizeof(ushort) != 0)
        {
            throw new LanguageModelException(
                $"{path}: has {bytes.Length} bytes, but 16-bit token ids take an even number. It was cut short; copy it again.");
        }

        var tokens = new int[bytes.Length / sizeof(ushort)];
        for (var index = 0; index < tokens.Length; index++)
        {
            tokens[index] = BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(index * sizeof(ushort)));
        }

        return tokens;
    }

    private static List<TaskExample> ReadLines(EvaluationTask task, string text)
    {
        var examples = new List<TaskExample>();
        var number = 0;
        var start = 0;
        while (start < text.Length)
        {
            number++;
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            var line = text.AsMemory(start, end - start);
            if (!line.Span.IsWhiteSpace())
            {
                var place = string.Create(CultureInfo.InvariantCulture, $"{task.DataPath}, line {number}");
                examples.Add(Example(task, JsonLine.Parse(place, line)));
            }

            start = end + 1;
        }

        return examples;
    }

    private static TaskExample Example(EvaluationTask task, JsonLine line) => task.Kind switch
    {
        TaskKind.Perplexity when line.Has("ids") => new TaskExample(line.Place, string.Empty, Tokens: TokenIds(line)),
        TaskKind.Perplexity when line.Has("text") => new TaskExample(line.Place, line.Text("text")),
        TaskKind.Perplexity or TaskKind.ExactMatch => new TaskExample(line.Place, line.Text("prompt"), line.Text("completion")),
        TaskKind.MinimalPairs => new TaskExample(line.Place, line.Text("sentence_good"), line.Text("sentence_bad")),
        TaskKind.MultipleChoice => MultipleChoice(line),
        _ => throw new ArgumentOutOfRangeException(nameof(task), task.Kind, "Unknown kind of task."),
    };

    // A block that holds a wrong id may never be scored, so that the model would not find it.
    private static int[] TokenIds(JsonLine line)
    {
        var ids = line.Integers("ids");
        var wrong = Array.FindIndex(ids, id => id < 0);
        return wrong < 0
            ? ids
            : throw new LanguageModelException(
                $"{line.Place}: 'ids' holds {ids[wrong]} at place {wrong}, but token ids begin at 0. Correct the line.");
    }

    private static TaskExample MultipleChoice(JsonLine line)
    {
        var choices = line.Texts("choices");
        var answer = line.Integer("answer");
        if (choices.Length < 2 || choices.Any(choice => choice.Length == 0))
        {
            throw new LanguageModelException($"{line.Place}: 'choices' must be at least two texts that are not empty. Correct the line.");
        }

        return answer >= 0 && answer < choices.Length
            ? new TaskExample(line.Place, line.Text("prompt"), Choices: [.. choices], Answer: answer)
            : throw new LanguageModelException(
                $"{line.Place}: 'answer' is {answer}, but must be the index of a choice, 0 to {choices.Length - 1}. Correct the line.");
    }
}
