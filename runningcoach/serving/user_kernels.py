"""Kernels that belong to the user whose request started them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from jupyter_server import CallContext
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from tornado.web import HTTPError
from traitlets import Int

from runningcoach.base import security
from runningcoach.serving.identity import SignedInUser


class OwnedKernels(AsyncMappingKernelManager):
    """A kernel manager that records the user of each kernel."""

    most = Int(12, config=True, help="Kernels a user may have; the one longest idle gives way.")

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._owners: dict[str, int] = {}
        self._in_use: list[str] = []

    @contextmanager
    def in_use(self, kernel_id: str) -> Iterator[None]:
        """Keep a kernel from giving way to another inside the block."""
        self._in_use.append(kernel_id)
        try:
            yield
        finally:
            self._in_use.remove(kernel_id)

    def may_use(self, someone: object, kernel_id: str) -> bool:
        """Return whether the kernel is there and belongs to `someone`."""
        return isinstance(someone, SignedInUser) and self._owners.get(kernel_id) == someone.user_id

    async def start_kernel(self, **options: Any) -> str:  # type: ignore[override]
        """Start a kernel for the user of the request that is being answered."""
        asking = _asking()
        await self._make_room(asking)
        kernel_id = options.pop("kernel_id", None) or self.new_kernel_id()
        self._owners[kernel_id] = asking.user_id
        environment = self.environment(asking, options.pop("env", None) or {})
        try:
            with self.in_use(kernel_id):
                return await super().start_kernel(kernel_id=kernel_id, env=environment, **options)
        except BaseException:
            self._owners.pop(kernel_id, None)
            raise

    def environment(self, asking: SignedInUser, offered: Mapping[str, str]) -> dict[str, str]:
        """Return the kernel's environment; the user id is that of the session."""
        return {
            **offered,
            "RUNNINGCOACH_USER_ID": str(asking.user_id),
            "RUNNINGCOACH_LANGUAGE": asking.language,
        }

    def remove_kernel(self, kernel_id: str) -> Any:
        """Remove an ended kernel and its owner."""
        self._owners.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)

    async def end(self, kernel_id: str) -> None:
        """End a kernel at once; nothing happens when it is gone."""
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)

    async def _make_room(self, user: SignedInUser) -> None:
        """End the user's kernels longest idle; those that are starting or in use stay."""
        kernel_ids = [
            kernel_id for kernel_id, owner in self._owners.items() if owner == user.user_id
        ]
        idle = [
            kernel_id
            for kernel_id in kernel_ids
            if kernel_id in self and kernel_id not in self._in_use
        ]
        too_many = max(0, len(kernel_ids) - self.most + 1)
        for kernel_id in sorted(idle, key=self._last_activity)[:too_many]:
            await self.end(kernel_id)

    def _last_activity(self, kernel_id: str) -> datetime:
        return self.get_kernel(kernel_id).last_activity  # type: ignore[attr-defined]


class PageKernels(OwnedKernels):
    """The kernels of pages, with a reduced environment."""

    def environment(self, asking: SignedInUser, offered: Mapping[str, str]) -> dict[str, str]:
        """Return the page's variables, and those of our environment that are no secrets."""
        ours = security.harmless(os.environ)
        return super().environment(asking, ours | dict(offered))


def _asking() -> SignedInUser:
    """Return the user whose request is being answered."""
    handler = CallContext.get(CallContext.JUPYTER_HANDLER)
    someone = getattr(handler, "current_user", None)
    if not isinstance(someone, SignedInUser):
        raise HTTPError(403)
    return someone
