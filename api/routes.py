"""What can be asked over HTTP. Routes are plain functions: they compute, and so run in threads."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api import schemas
from qa.assistant import LARGEST_CONTEXT, LONGEST_QUESTION, Assistant
from qa.datatypes import Passage, Turn
from qa.errors import InputError, NotFoundError
from qa.filters import conditions

router = APIRouter()


def get_assistant(request: Request) -> Assistant:
    """The assistant that this application answers from."""
    assistant: Assistant = request.app.state.assistant
    return assistant


AssistantDependency = Annotated[Assistant, Depends(get_assistant)]


class EarlierTurn(BaseModel):
    """A turn of the conversation so far."""

    model_config = ConfigDict(extra="ignore")

    question: str = Field(max_length=LONGEST_QUESTION)
    answer: str | None = Field(default=None, max_length=10 * LONGEST_QUESTION)
    query: str | None = Field(
        default=None, max_length=LONGEST_QUESTION, description="what was searched for, as its answer said"
    )


class QuestionRequest(BaseModel):
    """A question, and the turns before it, oldest first."""

    model_config = ConfigDict(extra="forbid")

    question: str
    k: int = Field(default=5, ge=1, le=50, description="how many passages to bring")
    context: int = Field(
        default=0, ge=0, le=LARGEST_CONTEXT, description="how many passages around each, on either side"
    )
    history: list[EarlierTurn | str] = Field(default_factory=list, max_length=50)
    as_typed: bool = Field(default=False, description="search for the question alone, whatever came before it")
    explain: bool = Field(default=False, description="say why: what the confidence is made of, and the runners-up")
    where: list[str] = Field(
        default_factory=list,
        description="conditions that all must hold, such as date>=2018, publication=NAME, path=GLOB, language=zh",
    )

    def turns(self) -> tuple[Turn, ...]:
        """The history as the assistant takes it; none of it when the question is to be searched for as typed."""
        if self.as_typed:
            return ()
        return tuple(
            Turn(turn) if isinstance(turn, str) else Turn(turn.question, turn.answer, turn.query)
            for turn in self.history
        )


@router.post("/v1/ask")
def ask(request: QuestionRequest, assistant: AssistantDependency) -> schemas.AnswerJson:
    """Answer a question, verbatim, with its place in the source."""
    where = conditions(request.where)
    answer = assistant.ask(request.question, request.k, request.turns(), where, context=request.context)
    return schemas.answer_json(answer, explain=request.explain)


@router.post("/v1/search")
def search(request: QuestionRequest, assistant: AssistantDependency) -> schemas.SearchJson:
    """Find passages without reading them."""
    where = conditions(request.where)
    query, found = assistant.search(request.question, request.k, request.turns(), where, context=request.context)
    return schemas.search_json(request.question, query, found)


@router.get("/v1/documents")
def documents(assistant: AssistantDependency) -> schemas.DocumentsJson:
    """Every document of the index."""
    return {"documents": [schemas.document_json(record) for record in assistant.index.documents()]}


@router.get("/v1/documents/{document}/text")
def text(document: str, assistant: AssistantDependency) -> schemas.TextJson:
    """A document's original, decoded, damage and all."""
    record = assistant.index.document(document)
    return {
        "id": record.id,
        "sha256": record.sha256,
        "path": record.path,
        "text": assistant.index.text(document),
    }


@router.get("/v1/documents/{document}/passages")
def passages(
    document: str,
    assistant: AssistantDependency,
    around: Annotated[int, Query(ge=0, description="offset in the original, in code points")] = 0,
    n: Annotated[int, Query(ge=0, le=LARGEST_CONTEXT, description="how many before it, and behind it")] = 2,
    sha256: Annotated[str | None, Query(description="the version that the offset is of")] = None,
) -> schemas.PassagesJson:
    """The passage at an offset of a document's original, with its neighbours, in order."""
    record = assistant.index.document(document)
    if sha256 not in {None, record.sha256}:
        raise NotFoundError(f"the index holds another version of document {document}: {record.sha256}")
    if around > record.characters:
        raise InputError(f"around: the document has {record.characters:,} characters")
    passage = assistant.index.passage_at(document, around)
    found: tuple[Passage, ...] = ()
    if passage is not None:
        before, after = assistant.index.around(passage, n)
        found = (*before, passage, *after)
    return {
        "id": record.id,
        "sha256": record.sha256,
        "path": record.path,
        "passages": schemas.near_passages(found),
    }


@router.get("/healthz")
def health() -> dict[Literal["status"], Literal["ok"]]:
    """Whether the process answers at all."""
    return {"status": "ok"}


@router.get("/readyz")
def ready(assistant: AssistantDependency) -> dict[Literal["status"], Literal["ready"]]:
    """Whether questions can be answered: the index can be read."""
    len(assistant.index)
    return {"status": "ready"}
